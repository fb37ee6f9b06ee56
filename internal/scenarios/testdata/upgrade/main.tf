resource "ims_image_tag" "test" {
  image_id = "00000001-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
  key      = "stage"
  value    = "production"

  timeouts = { create = "5m" }
}

resource "ims_image_tags" "test" {
  image_id    = "00000001-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
  tags        = { owner = "platform-team", note = "" }
  ignore_keys = ["stage", "ci-*"]
}
