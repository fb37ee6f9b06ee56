# {image_id}/{key}
terraform import ims_image_tag.environment 0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0/environment

# {project_id}/{image_id}/{key} for a project other than the provider's. The key may contain slashes.
terraform import ims_image_tag.cost 0123456789abcdef0123456789abcdef/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0/cost-unit
