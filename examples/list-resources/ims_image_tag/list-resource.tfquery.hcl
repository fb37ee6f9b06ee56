# List the tag "stage" of all images of the family "web". To import the tags, run
#
#   terraform query -generate-config-out=tags.tf
#   terraform apply
list "ims_image_tag" "stage" {
  provider = ims
  limit    = 1000

  config {
    key  = "stage"
    tags = { family = "web" }
  }
}
