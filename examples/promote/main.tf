# Promotes a golden image from stage to stage. To promote it, change the variable "stage"
# and apply. Another value of "image" also removes the tag from the old image.

terraform {
  required_providers {
    ims = {
      source = "terraform-provider-ims/ims"
    }
  }
}

variable "image" {
  description = "Name of the golden image."
  type        = string
}

variable "stage" {
  description = "Stage of the image: dev, test or production."
  type        = string
  default     = "dev"

  validation {
    condition     = contains(["dev", "test", "production"], var.stage)
    error_message = "The stage must be dev, test or production."
  }
}

data "ims_image" "golden" {
  name = var.image
}

resource "ims_image_tag" "stage" {
  image_id = data.ims_image.golden.id
  key      = "stage"
  value    = var.stage
}

output "promoted" {
  description = "The image and its stage."
  value       = "${data.ims_image.golden.name}: ${ims_image_tag.stage.value}"
}
