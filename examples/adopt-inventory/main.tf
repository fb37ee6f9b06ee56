# Writes import blocks for the tags that images already have, for a Terraform whose import
# blocks have no for_each.

terraform {
  required_providers {
    ims = {
      source = "terraform-provider-ims/ims"
    }
  }
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
  tagged = { for id, tags in local.existing : id => tags if length(tags) > 0 }
}

output "variables" {
  description = "The tags of each image, as a variables file."
  value       = { tags = local.tagged }
}

output "import_blocks" {
  description = "An import block for each image."
  value = join("\n", [for id in keys(local.tagged) : <<-EOT
    import {
      to = ims_image_tags.this["${id}"]
      id = "${id}"
    }
  EOT
  ])
}
