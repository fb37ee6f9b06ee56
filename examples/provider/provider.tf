terraform {
  required_providers {
    ims = {
      source = "terraform-provider-ims/ims"
    }
  }
}

# Credentials come from the environment: HW_ACCESS_KEY and HW_SECRET_KEY, or HW_AUTH_TOKEN.
provider "ims" {
  region       = "eu-de"
  cloud_domain = "otc.t-systems.com"
  project_id   = "0123456789abcdef0123456789abcdef"
}
