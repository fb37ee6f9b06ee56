# A golden image is copied to several regions. Its copies are promoted together.

terraform {
  required_providers {
    ims = {
      source = "terraform-provider-ims/ims"
    }
  }
}

variable "copies" {
  description = "The copies of the image: the ID of each, by region."
  type        = map(string)
}

variable "stage" {
  description = "The stage that the copies are promoted to."
  type        = string
  default     = "production"
}

resource "ims_image_tag" "stage" {
  for_each = var.copies

  region   = each.key
  image_id = each.value
  key      = "stage"
  value    = var.stage
}

output "tags" {
  description = "The tag of each copy."
  value       = { for region, tag in ims_image_tag.stage : region => "${tag.key}=${tag.value}" }
}
