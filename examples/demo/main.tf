# The same tags on several images. "make demo" applies this against a mock of the service; it works as well against the
# real one, with credentials in the environment and the ids of images of your own in terraform.tfvars.

terraform {
  required_providers {
    ims = {
      source = "terraform-provider-ims/ims"
    }
  }
}

# Endpoint, project and credentials come from the environment.
provider "ims" {}

variable "images" {
  description = "IDs of the images to tag, by a name of your choice."
  type        = map(string)
}

variable "tags" {
  description = "The tags that each of the images gets."
  type        = map(string)
  default = {
    cost-unit   = "4711"
    environment = "production"
    owner       = "platform-team"
  }
}

locals {
  # One element for each tag of each image, such as "debian-12/owner".
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
