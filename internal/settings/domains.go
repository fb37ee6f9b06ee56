// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Cloud is a cloud that provides IMS, with the patterns of its host names. A comment says where they are documented.
type Cloud struct {
	Name    string
	Domain  string
	Region  string // an example, for the documentation
	Regions string // prefix of the regions whose default domain this is; empty for none
	IAM     string // host of IAM, with {region} and {domain}; empty if auth_url has to be set
	IMS     string // host of IMS, with {region} and {domain}; empty if it comes from the service catalog or endpoint
}

const (
	regularIAM = "iam.{region}.{domain}"
	regularIMS = "ims.{region}.{domain}"

	// DefaultCloudDomain is used if no setting names a cloud, except for the regions in Europe.
	DefaultCloudDomain = "myhuaweicloud.com"
)

// Clouds lists the clouds whose host names are known. Other domains use the regular patterns. A Huawei Cloud Stack is
// recognized by the host of its auth_url.
var Clouds = []Cloud{
	{
		Name: "Huawei Cloud", Domain: DefaultCloudDomain, Region: "ap-southeast-3", IAM: regularIAM, IMS: regularIMS,
		// https://developer.huaweicloud.com/intl/en-us/endpoint
	},
	{
		Name: "Huawei Cloud, Europe", Domain: "myhuaweicloud.eu", Region: "eu-west-101", Regions: "eu-west-1",
		IAM: regularIAM, IMS: regularIMS,
		// the vendor's provider, huaweicloud/config
	},
	{
		Name: "Open Telekom Cloud", Domain: "otc.t-systems.com", Region: "eu-de", IAM: regularIAM, IMS: regularIMS,
		// https://docs.otc.t-systems.com/regions-and-endpoints/
	},
	{
		Name: "Open Telekom Cloud, Switzerland", Domain: "sc.otc.t-systems.com", Region: "eu-ch2", IAM: "iam-pub.{region}.{domain}",
		// https://docs.sc.otc.t-systems.com/ (the image service is not listed)
	},
	{
		Name: "Flexible Engine", Domain: "prod-cloud-ocb.orange-business.com", Region: "eu-west-0", IAM: regularIAM, IMS: regularIMS,
		// https://docs.prod-cloud-ocb.orange-business.com/
	},
	{
		Name: "Cloud.ru Advanced", Domain: "hc.sbercloud.ru", Region: "ru-moscow-1", IAM: regularIAM, IMS: regularIMS,
		// the sbercloud provider, its endpoints
	},
	{
		Name: "G42 Cloud", Domain: "g42cloud.com", Region: "ae-ad-1", IAM: regularIAM, IMS: regularIMS,
		// the g42cloud provider, its endpoints
	},
}

// stackIAM is the start of the IAM host of a Huawei Cloud Stack. That host does not contain the region.
const stackIAM = "iam-apigateway-proxy."

// cloudOf returns the cloud with a domain. For a domain that is not in [Clouds], it has the regular patterns.
func cloudOf(domain string) Cloud {
	at := slices.IndexFunc(Clouds, func(c Cloud) bool { return c.Domain == domain })
	if at < 0 {
		return Cloud{Domain: domain, IAM: regularIAM, IMS: regularIMS}
	}
	return Clouds[at]
}

// defaultDomain returns the domain of a region if no setting names a cloud.
func defaultDomain(region string) string {
	for _, c := range Clouds {
		if c.Regions != "" && strings.HasPrefix(region, c.Regions) {
			return c.Domain
		}
	}
	return DefaultCloudDomain
}

// impliedDomain returns the domain of the cloud of an IAM or IMS URL, empty if the host matches no known pattern.
func impliedDomain(address, region string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	if domain, found := strings.CutPrefix(host, stackIAM); found {
		return domain
	}
	longest := ""
	for _, c := range Clouds {
		if strings.HasSuffix(host, "."+c.Domain) && len(c.Domain) > len(longest) {
			longest = c.Domain
		}
	}
	if longest != "" {
		return longest
	}
	for _, service := range []string{"iam.", "ims."} {
		if domain, found := strings.CutPrefix(host, service+region+"."); found && region != "" && strings.Contains(domain, ".") {
			return domain
		}
	}
	return ""
}

// impliedRegion returns the region of an IAM URL, empty if the host matches no known pattern.
func impliedRegion(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	rest, isCloud := strings.CutSuffix(strings.ToLower(u.Hostname()), "."+impliedDomain(address, ""))
	service, region, found := strings.Cut(rest, ".")
	if !isCloud || !found || !strings.HasPrefix(service, "iam") || strings.Contains(region, ".") {
		return ""
	}
	return region
}

// hostURL returns the https URL of a host pattern, empty if the pattern, the region or the domain is empty.
func hostURL(pattern, region, domain string) string {
	if pattern == "" || domain == "" || region == "" {
		return ""
	}
	return "https://" + strings.NewReplacer("{region}", region, "{domain}", domain).Replace(pattern)
}

// CloudTable returns [Clouds] in Markdown.
func CloudTable() string {
	var b strings.Builder
	b.WriteString("| cloud | settings | IAM | image service |\n| --- | --- | --- | --- |\n")
	for _, c := range Clouds {
		set := fmt.Sprintf("`region = %q`", c.Region)
		if c.Domain != defaultDomain(c.Region) {
			set += fmt.Sprintf(", `cloud_domain = %q`", c.Domain)
		}
		ims := "from the service catalog, or `endpoint`"
		if host := hostURL(c.IMS, c.Region, c.Domain); host != "" {
			ims = "`" + host + "`"
		}
		fmt.Fprintf(&b, "| %s | %s | `%s/v3` | %s |\n", c.Name, set, hostURL(c.IAM, c.Region, c.Domain), ims)
	}
	b.WriteString("| Huawei Cloud Stack | `region`, and `auth_url = \"https://" + stackIAM + "{domain}/v3\"` | as given | " +
		"`https://ims.{region}.{domain}` |\n")
	return b.String()
}
