mock_provider "ims" {
  source = "./tests/mocks"
}

variables {
  family = "web"
}

run "the_newest_tested_image_is_promoted" {
  assert {
    condition     = output.image_id == "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
    error_message = "Another image is promoted."
  }

  assert {
    condition     = ims_image_tags.promoted.tags == tomap({ stage = "production", promoted-as = "web-42" })
    error_message = "The image gets other tags."
  }
}

run "the_stage_can_be_chosen" {
  variables {
    stage = "test"
  }

  assert {
    condition     = ims_image_tags.promoted.tags["stage"] == "test"
    error_message = "The image gets another stage."
  }
}

# A value of its own for one run.
run "the_name_of_the_image_is_recorded" {
  override_data {
    target = data.ims_image.tested
    values = {
      id   = "1c2d3e4f-5061-7283-94a5-b6c7d8e9f0a1"
      name = "web-43"
    }
  }

  assert {
    condition     = ims_image_tags.promoted.tags["promoted-as"] == "web-43"
    error_message = "Another name is recorded."
  }
}
