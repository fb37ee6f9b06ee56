# Sets the same tags on several images. "make demo" applies this configuration to a mock
# of the service. To apply it to your own images, set the credentials in the environment
# and the image IDs in terraform.tfvars.

terraform {
  required_providers {
    ims = {
      source = "terraform-provider-ims/ims"
    }
  }
}

# The endpoint, the project and the credentials are set in the environment.
provider "ims" {}

variable "images" {
  description = "IDs of the images to tag. The keys of the map are names of your choice."
  type        = map(string)
}

variable "tags" {
  description = "Tags to set on each image."
  type        = map(string)
  default = {
    cost-unit   = "4711"
    environment = "production"
    owner       = "platform-team"
  }
}

locals {
  # One element for each tag of each image. The keys of the map look like
  # "debian-12/owner".
  image_tags = merge([
    for name, id in var.images : {
      for key, value in var.tags : "${name}/${key}" => { image_id = id, key = key, value = value }
    }
  ]...)
}

resource "ims_image_tag" "this" {
  for_each = local.image_tags

  image_id = each.value.image_id
  key      = each.value.key
  value    = each.value.value
}

output "tagged" {
  description = "IDs of the managed tags."
  value       = [for tag in ims_image_tag.this : tag.id]
}
