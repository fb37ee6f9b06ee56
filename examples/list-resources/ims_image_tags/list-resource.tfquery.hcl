# List all images of the family "web" that are not in production, each with all of its
# tags. To import the tags, run
#
#   terraform query -generate-config-out=tags.tf
#   terraform apply
list "ims_image_tags" "web" {
  provider = ims
  limit    = 1000

  config {
    tags     = { family = "web" }
    not_tags = { stage = "production" }
  }
}
