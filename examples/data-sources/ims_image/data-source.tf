# The newest image of a family that is in production and not broken.
data "ims_image" "web" {
  tags = {
    family = "web"
    stage  = "production"
  }
  not_tags = {
    broken = "true"
  }
  max_age     = "2160h" # 90 days
  most_recent = true
}

output "image" {
  value = "${data.ims_image.web.name} (${data.ims_image.web.id}), created at ${data.ims_image.web.created_at}"
}

# A public image of the cloud.
data "ims_image" "debian" {
  name_regex   = "^Debian 13"
  architecture = "x86"
  visibility   = "public"
  most_recent  = true
}
