# {image_id} for an image in the project of the provider
terraform import ims_image_tags.golden 0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0

# {region}/{image_id} for an image in another region
terraform import ims_image_tags.copy eu-nl/1c2d3e4f-5061-7283-94a5-b6c7d8e9f001

# {project_id}/{image_id} for an image in another project
terraform import ims_image_tags.shared 0123456789abcdef0123456789abcdef/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0
