terraform {
  required_providers {
    ims = {
      source = "terraform-provider-ims/ims"
    }
  }
}

# Set the credentials in the environment, for example with HW_ACCESS_KEY and
# HW_SECRET_KEY.
provider "ims" {
  region       = "eu-de"
  cloud_domain = "otc.t-systems.com"
  project_id   = "0123456789abcdef0123456789abcdef"
}
