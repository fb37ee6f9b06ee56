data "ims_project_tags" "all" {}

output "stages" {
  value = lookup(data.ims_project_tags.all.tags, "stage", [])
}
