# Starts a server from the newest image that is in production.

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

data "ims_image" "newest" {
  tags = {
    family = var.family
    stage  = "production"
  }
  most_recent = true
}

# Replace this with the server resource of the provider of your cloud. A newer image in
# production replaces the server.
resource "terraform_data" "server" {
  triggers_replace = data.ims_image.newest.id
}

output "image_id" {
  description = "ID of the newest image in production."
  value       = data.ims_image.newest.id
}
