package auth

import (
	"crypto/tls"
	"fmt"
	"io"
	"path/filepath"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/config/clouds"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"
)

// Cloud is what an entry of a clouds.yaml, with its secure.yaml, says.
type Cloud struct {
	AuthURL   string
	Region    string
	ProjectID string
	Options   tokens.AuthOptions
	TLS       *tls.Config // certificates; never nil
}

// Format hides the password, whatever the verb.
func (c Cloud) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "cloud (hidden)") }

// ReadCloud reads an entry of a clouds.yaml. An empty path searches where the OpenStack tools do: this folder,
// openstack/ in the person's configuration, /etc/openstack.
func ReadCloud(path, name string) (cloud Cloud, err error) {
	// gophercloud takes it for granted that an entry has the section auth.
	defer func() {
		if recover() != nil {
			cloud, err = Cloud{}, fmt.Errorf("reading clouds.yaml: the cloud %q has no section auth, or one that cannot be read", name)
		}
	}()
	options := []clouds.ParseOption{clouds.WithCloudName(name), clouds.WithRegion(""), clouds.WithLocations()}
	if path != "" {
		options = append(options, clouds.WithLocations(filepath.Clean(path)))
	}
	auth, endpoint, certificates, err := clouds.Parse(options...)
	if err != nil {
		return Cloud{}, fmt.Errorf("reading clouds.yaml: %w", err)
	}
	return Cloud{
		AuthURL:   auth.IdentityEndpoint,
		Region:    endpoint.Region,
		ProjectID: auth.TenantID,
		Options:   keystoneOptions(auth),
		TLS:       certificates,
	}, nil
}

// keystoneOptions leaves out what only older versions of Keystone know.
func keystoneOptions(auth gophercloud.AuthOptions) tokens.AuthOptions {
	options := tokens.AuthOptions{
		IdentityEndpoint:            auth.IdentityEndpoint,
		Username:                    auth.Username,
		UserID:                      auth.UserID,
		Password:                    auth.Password,
		DomainID:                    auth.DomainID,
		DomainName:                  auth.DomainName,
		TokenID:                     auth.TokenID,
		ApplicationCredentialID:     auth.ApplicationCredentialID,
		ApplicationCredentialName:   auth.ApplicationCredentialName,
		ApplicationCredentialSecret: auth.ApplicationCredentialSecret,
	}
	if auth.Scope != nil && auth.ApplicationCredentialID == "" && auth.ApplicationCredentialName == "" {
		options.Scope = tokens.Scope{
			ProjectID:   auth.Scope.ProjectID,
			ProjectName: auth.Scope.ProjectName,
			DomainID:    auth.Scope.DomainID,
			DomainName:  auth.Scope.DomainName,
		}
	}
	return options
}
