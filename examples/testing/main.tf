# Promotes the newest image of a family that has passed its tests. "terraform test" tests
# it without a cloud.

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

variable "stage" {
  description = "Stage that the image is promoted to."
  type        = string
  default     = "production"
}

data "ims_image" "tested" {
  tags = {
    family = var.family
    tests  = "passed"
  }
  most_recent = true
}

resource "ims_image_tags" "promoted" {
  image_id = data.ims_image.tested.id
  tags = {
    stage = var.stage
    # A name can be longer than a value, and can have other characters.
    promoted-as = substr(replace(data.ims_image.tested.name, "/[^A-Za-z0-9_.-]/", "-"), 0, 43)
  }
}

output "image_id" {
  description = "ID of the image that was promoted."
  value       = ims_image_tags.promoted.image_id
}
