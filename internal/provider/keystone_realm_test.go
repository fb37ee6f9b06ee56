// SPDX-License-Identifier: MPL-2.0

//go:build keystone

package provider_test

import (
	"context"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/applicationcredentials"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/domains"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/projects"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/roles"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/users"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

const (
	defaultDomain     = "Default"
	otherDomain       = "Golden Images"
	oddDomain         = "Größe"
	keystoneUser      = imstest.UserName // in each domain, with another password
	keystoneProject   = imstest.Region   // in each domain
	credentialName    = imstest.ApplicationCredentialName
	credentialSecret  = `credential "secret" \ 7c2e`
	forbiddenProject  = "nothing-to-see-here"
	roleOfAllAccounts = "member"
)

// realm is a real Keystone with the accounts that the tests share. The tests do not change them.
type realm struct {
	url      string
	admin    *gophercloud.ServiceClient
	accounts map[string]account // by the name of the domain

	forbiddenProjectID string // of the domain Default: its user has no role there
}

// account is a domain with a user, a project in which the user has a role, and an application credential.
type account struct {
	domainID, domainName string
	userID, password     string
	projectID            string
	credentialID         string
	credentialSecret     string
}

var sharedRealm = sync.OnceValues(newRealm)

// theRealm returns the Keystone that internal/tools/keystone.sh starts.
func theRealm(t *testing.T) *realm {
	t.Helper()
	r, err := sharedRealm()
	if err != nil {
		t.Fatalf("preparing Keystone: %v", err)
	}
	return r
}

func newRealm() (*realm, error) {
	ctx := context.Background()
	r := &realm{url: os.Getenv("KEYSTONE_TEST_URL"), accounts: make(map[string]account)}
	var err error
	r.admin, err = logIn(ctx, r.url, tokens.AuthOptions{
		Username: "admin", Password: os.Getenv("KEYSTONE_TEST_PASSWORD"), DomainName: defaultDomain,
		Scope: tokens.Scope{ProjectName: "admin", DomainName: defaultDomain},
	})
	if err != nil {
		return nil, err
	}
	passwords := map[string]string{
		defaultDomain: "keystone-password-5f0e8d",
		otherDomain:   "another-password-93c1",
		oddDomain:     `für's größte "Gerät": \ ä`,
	}
	for domain, password := range passwords {
		if r.accounts[domain], err = r.createAccount(ctx, domain, password); err != nil {
			return nil, err
		}
	}
	r.forbiddenProjectID, err = r.createProject(ctx, r.accounts[defaultDomain].domainID, forbiddenProject)
	return r, err
}

// logIn returns a client of Keystone with a new token.
func logIn(ctx context.Context, url string, options tokens.AuthOptions) (*gophercloud.ServiceClient, error) {
	provider, err := openstack.NewClient(url)
	if err != nil {
		return nil, err
	}
	client, err := openstack.NewIdentityV3(provider, gophercloud.EndpointOpts{})
	if err != nil {
		return nil, err
	}
	client.Endpoint = url + "/"
	token, err := tokens.Create(ctx, client, &options).ExtractToken()
	if err != nil {
		return nil, err
	}
	client.SetToken(token.ID)
	return client, nil
}

func (r *realm) createAccount(ctx context.Context, domain, password string) (account, error) {
	a := account{domainName: domain, password: password, credentialSecret: credentialSecret}
	var err error
	if a.domainID, err = r.createDomain(ctx, domain); err != nil {
		return a, err
	}
	if a.projectID, err = r.createProject(ctx, a.domainID, keystoneProject); err != nil {
		return a, err
	}
	if a.userID, err = r.createUser(ctx, a); err != nil {
		return a, err
	}
	a.credentialID, err = r.createCredential(ctx, a)
	return a, err
}

func (r *realm) createDomain(ctx context.Context, name string) (string, error) {
	if name == defaultDomain {
		return "default", nil // keystone-manage bootstrap has created it
	}
	domain, err := domains.Create(ctx, r.admin, domains.CreateOpts{Name: name}).Extract()
	if err != nil {
		return "", err
	}
	return domain.ID, nil
}

func (r *realm) createProject(ctx context.Context, domainID, name string) (string, error) {
	project, err := projects.Create(ctx, r.admin, projects.CreateOpts{Name: name, DomainID: domainID}).Extract()
	if err != nil {
		return "", err
	}
	return project.ID, nil
}

// createUser creates the user of an account and gives it a role in the account's project and in the account.
func (r *realm) createUser(ctx context.Context, a account) (string, error) {
	options := users.CreateOpts{Name: keystoneUser, DomainID: a.domainID, Password: a.password}
	user, err := users.Create(ctx, r.admin, options).Extract()
	if err != nil {
		return "", err
	}
	pages, err := roles.List(r.admin, roles.ListOpts{Name: roleOfAllAccounts}).AllPages(ctx)
	if err != nil {
		return "", err
	}
	found, err := roles.ExtractRoles(pages)
	if err != nil {
		return "", err
	}
	for _, where := range []roles.AssignOpts{{UserID: user.ID, ProjectID: a.projectID}, {UserID: user.ID, DomainID: a.domainID}} {
		if err := roles.Assign(ctx, r.admin, found[0].ID, where).ExtractErr(); err != nil {
			return "", err
		}
	}
	return user.ID, nil
}

// createCredential creates an application credential as its user. Keystone does not allow other users to create it.
func (r *realm) createCredential(ctx context.Context, a account) (string, error) {
	owner, err := r.logInAs(ctx, a)
	if err != nil {
		return "", err
	}
	options := applicationcredentials.CreateOpts{Name: credentialName, Secret: credentialSecret}
	credential, err := applicationcredentials.Create(ctx, owner, a.userID, options).Extract()
	if err != nil {
		return "", err
	}
	return credential.ID, nil
}

func (r *realm) logInAs(ctx context.Context, a account) (*gophercloud.ServiceClient, error) {
	return logIn(ctx, r.url, tokens.AuthOptions{UserID: a.userID, Password: a.password, Scope: tokens.Scope{ProjectID: a.projectID}})
}

// check returns a function that asks Keystone whether a token is valid for the project of an account.
func (r *realm) check(t *testing.T, a account) func(token string) bool {
	t.Helper()
	return func(token string) bool {
		project, err := tokens.Get(t.Context(), r.admin, token).ExtractProject()
		return err == nil && project != nil && project.ID == a.projectID
	}
}

// tokenOf returns a new token of an account.
func (r *realm) tokenOf(t *testing.T, a account) string {
	t.Helper()
	client, err := r.logInAs(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return client.Token()
}

func (r *realm) revoke(t *testing.T, token string) {
	t.Helper()
	if err := tokens.Revoke(t.Context(), r.admin, token).Err; err != nil {
		t.Errorf("revoking a token: %v", err)
	}
}

// fill replaces the names in capitals with the values of an account. The values are quoted so that they are valid in HCL,
// YAML and JSON.
func (a account) fill(text, authURL, token string) string {
	var pairs []string
	for name, value := range map[string]string{
		"AUTH_URL": authURL, "USER_ID": a.userID, "USER_NAME": keystoneUser, "PASSWORD": a.password,
		"DOMAIN_ID": a.domainID, "DOMAIN_NAME": a.domainName, "PROJECT_ID": a.projectID, "PROJECT_NAME": keystoneProject,
		"CREDENTIAL_ID": a.credentialID, "CREDENTIAL_NAME": credentialName, "CREDENTIAL_SECRET": a.credentialSecret, "TOKEN": token,
	} {
		pairs = append(pairs, name, strconv.Quote(value))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
