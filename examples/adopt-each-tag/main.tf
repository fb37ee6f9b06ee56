# Adopts the tags that images already have, with one ims_image_tag for each tag. Needs
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

variable "keys" {
  description = "Keys of the tags to adopt, at most ten."
  type        = set(string)
}

# The images that have at least one of the keys.
data "ims_images" "existing" {
  tags_any = { for key in var.keys : key => [] }
}

locals {
  existing = {
    for image in data.ims_images.existing.images : image.id => {
      for key, value in image.tags : key => value
      if contains(var.keys, key) && length(value) <= 43 && trimspace(value) == value
    }
  }
  wanted = coalesce(var.tags, local.existing)

  # One element for each tag of each image. The keys of the map are import IDs.
  wanted_tags = merge([
    for id, tags in local.wanted : {
      for key, value in tags : "${id}/${key}" => { image_id = id, key = key, value = value }
    }
  ]...)
}

import {
  for_each = { for id, tag in local.wanted_tags : id => tag if can(local.existing[tag.image_id][tag.key]) }
  to       = ims_image_tag.this[each.key]
  id       = each.key
}

resource "ims_image_tag" "this" {
  for_each = local.wanted_tags

  image_id = each.value.image_id
  key      = each.value.key
  value    = each.value.value
}

output "variables" {
  description = "The tags that were adopted, as a variables file."
  value       = { tags = local.wanted, keys = var.keys }
}
