package settings

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Cloud is a cloud of the family and how its hosts are named.
type Cloud struct {
	Name    string
	Domain  string
	Region  string // an example, for the documentation
	Regions string // the prefix of the regions that have this domain where another one of the same vendor is the default
	IAM     string // host of IAM, with {region} and {domain}; empty if it has to be given
	IMS     string // host of the image service; empty if it is not documented: the catalog has to tell, or endpoint
	Source  string // of these facts
}

const (
	regularIAM = "iam.{region}.{domain}"
	regularIMS = "ims.{region}.{domain}"

	// DefaultCloudDomain is that of configurations that say nothing of the cloud, except for regions of Europe.
	DefaultCloudDomain = "myhuaweicloud.com"
)

// Clouds are those whose hosts are known. Any other domain is taken to be regular, except that of a Huawei Cloud Stack,
// which an address of IAM gives away.
var Clouds = []Cloud{
	{
		Name: "Huawei Cloud", Domain: DefaultCloudDomain, Region: "ap-southeast-3", IAM: regularIAM, IMS: regularIMS,
		Source: "https://developer.huaweicloud.com/intl/en-us/endpoint",
	},
	{
		Name: "Huawei Cloud, " +
			"Europe", Domain: "myhuaweicloud.eu", Region: "eu-west-101", Regions: "eu-west-1", IAM: regularIAM, IMS: regularIMS,
		Source: "the vendor's provider, huaweicloud/config",
	},
	{
		Name: "Open Telekom Cloud", Domain: "otc.t-systems.com", Region: "eu-de", IAM: regularIAM, IMS: regularIMS,
		Source: "https://docs.otc.t-systems.com/regions-and-endpoints/",
	},
	{
		Name: "Open Telekom Cloud, Switzerland", Domain: "sc.otc.t-systems.com", Region: "eu-ch2", IAM: "iam-pub.{region}.{domain}",
		Source: "https://docs.sc.otc.t-systems.com/ (the image service is not listed)",
	},
	{
		Name: "Flexible Engine", Domain: "prod-cloud-ocb.orange-business.com", Region: "eu-west-0", IAM: regularIAM, IMS: regularIMS,
		Source: "https://docs.prod-cloud-ocb.orange-business.com/",
	},
	{
		Name: "Cloud.ru Advanced", Domain: "hc.sbercloud.ru", Region: "ru-moscow-1", IAM: regularIAM, IMS: regularIMS,
		Source: "the sbercloud provider, its endpoints",
	},
	{
		Name: "G42 Cloud", Domain: "g42cloud.com", Region: "ae-ad-1", IAM: regularIAM, IMS: regularIMS,
		Source: "the g42cloud provider, its endpoints",
	},
}

// stackIAM begins the host of IAM of a Huawei Cloud Stack, which has no region in it.
const stackIAM = "iam-apigateway-proxy."

// cloudOf returns what is known of a domain. One that is not in the table is regular.
func cloudOf(domain string) Cloud {
	at := slices.IndexFunc(Clouds, func(c Cloud) bool { return c.Domain == domain })
	if at < 0 {
		return Cloud{Domain: domain, IAM: regularIAM, IMS: regularIMS}
	}
	return Clouds[at]
}

// defaultDomain is the domain of a region where nothing says which cloud it is.
func defaultDomain(region string) string {
	for _, c := range Clouds {
		if c.Regions != "" && strings.HasPrefix(region, c.Regions) {
			return c.Domain
		}
	}
	return DefaultCloudDomain
}

// impliedDomain returns the domain of the cloud that an address of IAM or of the image service belongs to, empty if its
// host does not follow a pattern that is known.
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

// impliedRegion returns the region of an address of IAM, empty if its host has none that is known as one.
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

// hostURL fills a pattern of hosts; empty if the pattern or what it needs is not there.
func hostURL(pattern, region, domain string) string {
	if pattern == "" || domain == "" || region == "" {
		return ""
	}
	return "https://" + strings.NewReplacer("{region}", region, "{domain}", domain).Replace(pattern)
}

// CloudTable is [Clouds] in Markdown.
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
