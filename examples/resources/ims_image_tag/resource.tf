resource "ims_image_tag" "environment" {
  image_id = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
  key      = "environment"
  value    = "production"
}

# Set the same tags on several images.
locals {
  golden_images = toset([
    "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0",
    "1c2d3e4f-5061-7283-94a5-b6c7d8e9f0a1",
  ])
  tags = {
    owner     = "platform-team"
    cost-unit = "4711"
  }
}

resource "ims_image_tag" "golden" {
  for_each = {
    for pair in setproduct(local.golden_images, keys(local.tags)) : "${pair[0]}/${pair[1]}" => {
      image_id = pair[0]
      key      = pair[1]
    }
  }

  image_id = each.value.image_id
  key      = each.value.key
  value    = local.tags[each.value.key]
}
