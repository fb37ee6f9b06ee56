# Tags all images of a family. An image that joins the family later is tagged by the next
# apply.

terraform {
  required_providers {
    ims = {
      source = "terraform-provider-ims/ims"
    }
  }
}

variable "family" {
  description = "Value of the tag \"family\" of the images."
  type        = string
}

variable "owner" {
  description = "Team that owns the images."
  type        = string
}

data "ims_images" "family" {
  tags = {
    family = var.family
  }
}

resource "ims_image_tag" "owner" {
  for_each = toset(data.ims_images.family.ids)

  image_id = each.value
  key      = "owner"
  value    = var.owner
}

output "owners" {
  description = "Owner of each image, by the ID of the image."
  value       = { for id, tag in ims_image_tag.owner : id => tag.value }
}
