# What the provider returns instead of calling the service. Without defaults, Terraform
# makes up strings that are not IDs.

mock_data "ims_image" {
  defaults = {
    id           = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
    name         = "web-42"
    owner        = "0123456789abcdef0123456789abcdef"
    project_id   = "0123456789abcdef0123456789abcdef"
    region       = "eu-de"
    status       = "active"
    created_at   = "2026-01-31T12:00:00Z"
    updated_at   = "2026-01-31T12:00:00Z"
    os_type      = "Linux"
    os_version   = "Debian GNU/Linux 13 64bit"
    architecture = "x86"
    min_disk     = 40
  }
}

mock_resource "ims_image_tags" {
  defaults = {
    id         = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
    project_id = "0123456789abcdef0123456789abcdef"
    region     = "eu-de"
  }
}

mock_resource "ims_image_tag" {
  defaults = {
    id         = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0/stage"
    project_id = "0123456789abcdef0123456789abcdef"
    region     = "eu-de"
  }
}
