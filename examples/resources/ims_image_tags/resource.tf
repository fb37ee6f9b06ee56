# Own these keys, and leave all other tags of the image alone.
resource "ims_image_tags" "golden" {
  image_id = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
  tags = {
    environment = "production"
    owner       = "platform-team"
    cost-unit   = "4711"
  }
}

# Own all tags of the image, except those of the build pipeline.
resource "ims_image_tags" "base" {
  image_id = "1c2d3e4f-5061-7283-94a5-b6c7d8e9f0a1"
  tags = {
    environment = "test"
  }
  exclusive   = true
  ignore_keys = ["ci-*"]
}
