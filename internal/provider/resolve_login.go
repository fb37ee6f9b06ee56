package provider

import (
	"cmp"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// way is a way to log in. Its text is what people read.
type way string

const (
	wayToken       way = "token"
	wayAccessKey   way = "access key"
	wayPassword    way = "user name and password"
	wayWebIdentity way = "web identity (OIDC)"
	wayProfile     way = "profile of the command line tool"
	wayCloud       way = "clouds.yaml"
	wayMetadata    way = "agency of this machine"
	wayRole        way = "assumed role" // over one of the others
)

// hasCatalog reports whether the login may tell where the service is.
func (w way) hasCatalog() bool { return w == wayPassword || w == wayCloud }

// candidate is a way in, and whether it is there.
type candidate struct {
	way        way
	attributes []string // any of them set means that it is there
	configured bool
}

// login chooses the way in: what is configured comes before the environment, and in each the order is fixed.
func (r *resolver) login() login {
	is := func(values ...types.String) bool {
		for _, value := range values {
			if value.ValueString() != "" {
				return true
			}
		}
		return false
	}
	c := r.config
	candidates := []candidate{
		{wayToken, []string{"token"}, is(c.Token)},
		{wayAccessKey, []string{"access_key", "secret_key"}, is(c.AccessKey, c.SecretKey)},
		{wayPassword, []string{"password"}, is(c.UserName, c.UserID, c.Password)},
		{wayWebIdentity, []string{"assume_role_with_oidc.id_token", "assume_role_with_oidc.id_token_file"}, !c.AssumeRoleWithOIDC.IsNull()},
		{wayProfile, []string{"profile", "shared_config_file"}, is(c.Profile, c.SharedConfigFile)},
		{wayCloud, []string{"cloud"}, is(c.Cloud)},
		{wayMetadata, []string{"use_metadata"}, c.UseMetadata.ValueBool()},
	}
	for _, candidate := range candidates {
		if candidate.configured {
			return r.fill(login{way: candidate.way, from: "the configuration"})
		}
	}
	for _, candidate := range candidates {
		for _, attribute := range candidate.attributes {
			value, name := r.lookup(attribute)
			if value != "" && (candidate.way != wayMetadata || r.boolean(attribute, types.BoolNull(), false)) {
				return r.fill(login{way: candidate.way, from: name})
			}
		}
	}
	return login{}
}

// fill adds what a way in needs.
func (r *resolver) fill(l login) login {
	c := r.config
	l.domainName, l.domainID = r.text("domain_name", c.DomainName), r.text("domain_id", c.DomainID)
	switch l.way {
	case wayToken:
		l.token = r.text("token", c.Token)
	case wayAccessKey:
		l.accessKey, l.secretKey = r.text("access_key", c.AccessKey), r.text("secret_key", c.SecretKey)
		l.securityToken = c.SecurityToken.ValueString()
		if l.securityToken == "" && c.AccessKey.ValueString() == "" {
			// The variable belongs to the access key of the environment, not to a configured one.
			l.securityToken, _ = r.lookup("security_token")
		}
	case wayPassword:
		l.userName, l.userID = c.UserName.ValueString(), c.UserID.ValueString()
		if l.userName == "" && l.userID == "" {
			l.userID, _ = r.lookup("user_id")
			l.userName, _ = r.lookup("user_name")
		}
		l.password = r.text("password", c.Password)
	case wayWebIdentity:
		l.idpID = r.text("assume_role_with_oidc.idp_id", c.oidc.IdpID)
		l.idToken, l.idTokenFile = c.oidc.IDToken.ValueString(), c.oidc.IDTokenFile.ValueString()
		if l.idToken == "" && l.idTokenFile == "" {
			l.idToken, _ = r.lookup("assume_role_with_oidc.id_token")
			l.idTokenFile, _ = r.lookup("assume_role_with_oidc.id_token_file")
		}
	default: // in files, which load reads, or at the machine
	}
	return l
}

// load adds what the file of the chosen way in says. What is set elsewhere wins over the file's region and project.
func (r *resolver) load(s *settings) {
	switch s.login.way {
	case wayProfile:
		r.loadProfile(s)
	case wayCloud:
		r.loadCloud(s)
	default: // nothing to read
	}
}

func (r *resolver) loadProfile(s *settings) {
	file := r.text("shared_config_file", r.config.SharedConfigFile)
	profile, err := auth.ReadProfile(file, r.home(), r.text("profile", r.config.Profile))
	if err != nil {
		r.attributeError("profile", "Invalid profile", fmt.Sprintf("The profile cannot be used: %s.", err))
		return
	}
	s.login.accessKey, s.login.secretKey, s.login.securityToken = profile.AccessKey, profile.SecretKey, profile.SecurityToken
	s.region = cmp.Or(s.region, profile.Region)
	if s.projectName == "" {
		s.projectID = cmp.Or(s.projectID, profile.ProjectID)
	}
}

func (r *resolver) loadCloud(s *settings) {
	name := r.text("cloud", r.config.Cloud)
	cloud, err := auth.ReadCloud(r.getenv("OS_CLIENT_CONFIG_FILE"), name)
	if err != nil {
		r.attributeError("cloud", "Invalid clouds.yaml", fmt.Sprintf("The cloud %q cannot be used: %s.", name, err))
		return
	}
	s.login.cloud = cloud
	s.region = cmp.Or(s.region, cloud.Region)
	if s.projectName == "" {
		s.projectID = cmp.Or(s.projectID, cloud.ProjectID)
	}
}

// checkLogin notes what the chosen way in lacks.
func (r *resolver) checkLogin(s settings) {
	l := s.login
	switch l.way {
	case "":
		r.problem("The credentials are missing: set token (environment: %s), access_key and secret_key (environment: %s; %s), "+
			"user_name and password (environment: %s; %s), profile (environment: %s), cloud (environment: %s), or another way to log in.",
			variables("token"), variables("access_key"), variables("secret_key"), variables("user_name"), variables("password"),
			variables("profile"), variables("cloud"))
	case wayAccessKey:
		if l.accessKey == "" {
			r.missing("access_key", "secret_key is set, but its access key")
		}
		if l.secretKey == "" {
			r.missing("secret_key", "access_key is set, but its secret key")
		}
	case wayPassword:
		r.checkPassword(s)
	case wayWebIdentity:
		r.checkWebIdentity(s)
	case wayCloud:
		r.checkAuthURL(s)
	default:
	}
	if s.role.agencyName != "" && l.way != wayWebIdentity && l.way != wayPassword {
		r.checkAuthURL(s)
	}
}

func (r *resolver) checkWebIdentity(s settings) {
	l := s.login
	if l.idpID == "" {
		r.missing("assume_role_with_oidc.idp_id", "The identity provider of the web identity")
	}
	if l.idToken == "" && l.idTokenFile == "" {
		r.missing("assume_role_with_oidc.id_token_file", "The token of the web identity")
	}
	r.contradict("id_token", r.config.oidc.IDToken.ValueString(), "id_token_file", r.config.oidc.IDTokenFile.ValueString())
	r.checkAuthURL(s)
}

func (r *resolver) checkPassword(s settings) {
	l := s.login
	r.contradict("user_name", l.userName, "user_id", r.config.UserID.ValueString())
	r.contradict("domain_name", r.config.DomainName.ValueString(), "domain_id", r.config.DomainID.ValueString())
	if l.password == "" {
		r.missing("password", "user_name is set, but its password")
	}
	if l.userName == "" && l.userID == "" {
		r.missing("user_name", "password is set, but its user name")
	}
	if l.userID == "" && l.domainName == "" && l.domainID == "" {
		r.missing("domain_name", "The account (IAM domain) that the user belongs to")
	}
	r.checkAuthURL(s)
}

// contradict notes two settings of which only one can be.
func (r *resolver) contradict(one, value, other, otherValue string) {
	if value != "" && otherValue != "" {
		r.problem("%s and %s contradict each other: set only one of them.", one, other)
	}
}

func (r *resolver) checkAuthURL(s settings) {
	if s.authURL == "" {
		r.missing("auth_url", "The address of IAM, which does not follow from the other settings,")
	}
}
