data "ims_image_tags" "golden" {
  image_id = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
}

output "stage" {
  value = lookup(data.ims_image_tags.golden.tags, "stage", "none")
}
