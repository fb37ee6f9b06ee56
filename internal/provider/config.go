package provider

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// providerModel is the configuration of the provider as it is written.
type providerModel struct {
	Endpoint           types.String `tfsdk:"endpoint"`
	Region             types.String `tfsdk:"region"`
	CloudDomain        types.String `tfsdk:"cloud_domain"`
	AuthURL            types.String `tfsdk:"auth_url"`
	ProjectID          types.String `tfsdk:"project_id"`
	ProjectName        types.String `tfsdk:"project_name"`
	Token              types.String `tfsdk:"token"`
	AccessKey          types.String `tfsdk:"access_key"`
	SecretKey          types.String `tfsdk:"secret_key"`
	SecurityToken      types.String `tfsdk:"security_token"`
	UserName           types.String `tfsdk:"user_name"`
	UserID             types.String `tfsdk:"user_id"`
	Password           types.String `tfsdk:"password"`
	DomainName         types.String `tfsdk:"domain_name"`
	DomainID           types.String `tfsdk:"domain_id"`
	SharedConfigFile   types.String `tfsdk:"shared_config_file"`
	Profile            types.String `tfsdk:"profile"`
	Cloud              types.String `tfsdk:"cloud"`
	UseMetadata        types.Bool   `tfsdk:"use_metadata"`
	AssumeRole         types.Object `tfsdk:"assume_role"`
	AssumeRoleWithOIDC types.Object `tfsdk:"assume_role_with_oidc"`
	Insecure           types.Bool   `tfsdk:"insecure"`
	CACertFile         types.String `tfsdk:"cacert_file"`
	Cert               types.String `tfsdk:"cert"`
	Key                types.String `tfsdk:"key"`
	MaxRetries         types.Int64  `tfsdk:"max_retries"`

	MaxRequestsPerSecond  types.Float64 `tfsdk:"max_requests_per_second"`
	MaxConcurrentRequests types.Int64   `tfsdk:"max_concurrent_requests"`
	BulkReads             types.Bool    `tfsdk:"bulk_reads"`
}

type assumeRoleModel struct {
	AgencyName types.String `tfsdk:"agency_name"`
	DomainName types.String `tfsdk:"domain_name"`
	DomainID   types.String `tfsdk:"domain_id"`
	Duration   types.Int64  `tfsdk:"duration"`
}

type oidcModel struct {
	IdpID       types.String `tfsdk:"idp_id"`
	IDToken     types.String `tfsdk:"id_token"`
	IDTokenFile types.String `tfsdk:"id_token_file"`
}

// configuration is the provider's configuration with its nested objects.
type configuration struct {
	providerModel
	role assumeRoleModel
	oidc oidcModel
}

// readConfiguration reads what is configured. With unknown settings the nested objects stay empty, and nothing may fall
// back to the environment: the values that are still to come win over it, and any of them can decide where credentials
// are sent.
func readConfiguration(ctx context.Context, config tfsdk.Config) (c configuration, unknown bool, diags diag.Diagnostics) {
	diags.Append(config.Get(ctx, &c.providerModel)...)
	if diags.HasError() || !config.Raw.IsFullyKnown() {
		return c, true, diags
	}
	if !c.AssumeRole.IsNull() {
		diags.Append(config.GetAttribute(ctx, assumeRolePath, &c.role)...)
	}
	if !c.AssumeRoleWithOIDC.IsNull() {
		diags.Append(config.GetAttribute(ctx, oidcPath, &c.oidc)...)
	}
	return c, false, diags
}

// settings is the configuration of the provider once the environment and the defaults have filled its gaps. It is
// never printed.
type settings struct {
	endpoint    string // given; empty: the catalog or the region has to tell
	region      string
	cloudDomain string
	authURL     string // given or built; empty: it is not known
	projectID   string // given; empty: the token or a look-up has to tell
	projectName string
	login       login
	role        role
	insecure    bool
	caCert      string
	cert        string
	key         string
	maxRetries  int
	metadataURL string
	perSecond   float64 // calls of the service at the most; 0 for no limit
	concurrent  int     // calls on their way at the most; 0 for no limit
	bulkReads   bool    // the images of a project may be listed
}

// login is the way in that was chosen, and what it needs.
type login struct {
	way           way
	from          string // where it comes from, for the log
	token         string
	accessKey     string
	secretKey     string
	securityToken string
	userName      string
	userID        string
	password      string
	domainName    string
	domainID      string
	idpID         string
	idToken       string
	idTokenFile   string
	cloud         auth.Cloud
}

// role is an agency whose rights are taken over; none without a name.
type role struct {
	agencyName string
	domainName string
	domainID   string
	duration   time.Duration
}

// Format hides the secrets, whatever the verb.
func (s settings) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "settings (hidden)") }

// Format hides the secrets, whatever the verb.
func (l login) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "login (hidden)") }

// secrets returns what may never be shown.
func (s settings) secrets() []string {
	l := s.login
	cloud := l.cloud.Options
	all := []string{
		l.token, l.accessKey, l.secretKey, l.securityToken, l.password, l.idToken,
		cloud.Password, cloud.TokenID, cloud.ApplicationCredentialSecret,
	}
	return slices.DeleteFunc(all, func(secret string) bool { return secret == "" })
}

// redact hides the secrets in a text.
func (s settings) redact(text string) string {
	for _, secret := range s.secrets() {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return text
}
