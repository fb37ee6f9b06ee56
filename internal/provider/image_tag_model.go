package provider

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Lower case only, as the service writes it: two spellings of one image would be taken for two images.
var uuidPattern = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// imageTagModel is an ims_image_tag in configuration, plan and state.
type imageTagModel struct {
	ID        types.String   `tfsdk:"id"`
	ProjectID types.String   `tfsdk:"project_id"`
	ImageID   types.String   `tfsdk:"image_id"`
	Key       types.String   `tfsdk:"key"`
	Value     types.String   `tfsdk:"value"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

func (m imageTagModel) address() tagAddress {
	return tagAddress{
		image: ims.Image{ProjectID: strings.ToLower(m.ProjectID.ValueString()), ID: m.ImageID.ValueString()},
		key:   m.Key.ValueString(),
	}
}

// tag is the tag as it is sent.
func (m imageTagModel) tag(private tagPrivate) ims.Tag {
	return ims.Tag{Key: private.sentKey(m.address()), Value: m.Value.ValueString()}
}

// isAddressKnown reports whether it is known which tag it is.
func (m imageTagModel) isAddressKnown() bool {
	return !m.ProjectID.IsUnknown() && !m.ImageID.IsUnknown() && !m.Key.IsUnknown()
}

// plannedID is the id once the image and the key are known.
func (m imageTagModel) plannedID() types.String {
	if m.ImageID.IsUnknown() || m.Key.IsUnknown() {
		return types.StringUnknown()
	}
	return types.StringValue(m.address().id())
}

// tagAddress says where a tag is.
type tagAddress struct {
	image ims.Image
	key   string
}

func (a tagAddress) id() string { return a.image.ID + "/" + a.key }

// parseImportID reads {image_id}/{key} or {project_id}/{image_id}/{key}. The key is the rest and may contain slashes;
// an id without a project takes the given one. Keys are not held to the limits of new tags: older APIs made longer ones.
func parseImportID(id, defaultProject string) (tagAddress, error) {
	project, rest := defaultProject, id
	if first, after, found := strings.Cut(id, "/"); found && projectIDPattern.MatchString(first) {
		project, rest = first, after
	}
	image, key, _ := strings.Cut(rest, "/")
	address := tagAddress{image: ims.Image{ProjectID: strings.ToLower(project), ID: image}, key: key}
	if err := address.check(); err != nil {
		return tagAddress{}, fmt.Errorf("%q is not the id of an image tag: %w.\n\n%s", id, err, importForm)
	}
	return address, nil
}

const importForm = `Expected is {image_id}/{key}, or {project_id}/{image_id}/{key} for a project other than the provider's, such as

  0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0/environment

where image_id is a UUID, project_id is 32 hexadecimal digits, and the key may contain slashes.`

// check reports what cannot be the address of a tag. A project that is not known yet is no fault.
func (a tagAddress) check() error {
	if a.image.ProjectID != "" && !projectIDPattern.MatchString(a.image.ProjectID) {
		return fmt.Errorf("%q is not a project id of 32 hexadecimal digits", a.image.ProjectID)
	}
	if !uuidPattern.MatchString(a.image.ID) {
		return fmt.Errorf("%q is not the UUID of an image, in lower case", a.image.ID)
	}
	if a.key == "" {
		return errors.New("the key is missing")
	}
	return nil
}
