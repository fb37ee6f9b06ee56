# Adopts the tags that images already have, with one ims_image_tags for each image. Needs
# Terraform 1.7 or later, or OpenTofu.

terraform {
  required_providers {
    ims = {
      source = "terraform-provider-ims/ims"
    }
  }
}

variable "tags" {
  description = "The tags of each image, by its ID. Null takes the tags that the images have now."
  type        = map(map(string))
  default     = null
}

# The images. Set filters to adopt the tags of some images only.
data "ims_images" "existing" {}

locals {
  # Tags that were created with an older API can be longer than the service allows now, or
  # have white space around them. They cannot be configured.
  existing = {
    for image in data.ims_images.existing.images : image.id => {
      for key, value in image.tags : key => value
      if length(key) <= 36 && length(value) <= 43 && trimspace(key) == key && trimspace(value) == value
    }
  }
  wanted = {
    for id, tags in coalesce(var.tags, local.existing) : id => tags if length(tags) > 0
  }
}

import {
  for_each = { for id, tags in local.existing : id => tags if length(tags) > 0 && can(local.wanted[id]) }
  to       = ims_image_tags.this[each.key]
  id       = each.key
}

resource "ims_image_tags" "this" {
  for_each = local.wanted

  image_id = each.key
  tags     = each.value
}

output "variables" {
  description = "The tags that were adopted, as a variables file."
  value       = { tags = local.wanted }
}
