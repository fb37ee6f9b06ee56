# All images of a family in one of two stages, except those that have a tag with the key
# "deprecated".
data "ims_images" "web" {
  tags = {
    family = "web"
  }
  tags_any = {
    stage = ["test", "production"]
  }
  not_tags_any = {
    deprecated = []
  }
}

# Tag each of them.
resource "ims_image_tag" "owner" {
  for_each = toset(data.ims_images.web.ids)

  image_id = each.value
  key      = "owner"
  value    = "platform-team"
}

# Only count images, with a single call.
data "ims_images" "untagged" {
  without_any_tag = true
  count_only      = true
}

output "untagged_images" {
  value = data.ims_images.untagged.total
}
