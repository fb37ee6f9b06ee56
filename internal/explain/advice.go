// SPDX-License-Identifier: MPL-2.0

package explain

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
)

// adviceByCode is what to do about a response, by the error code of the service, where the status says less.
var adviceByCode = map[string]string{
	"IMG.0026": forbiddenAdvice,
	"IMG.0028": "The image is protected, and so are its tags. Remove the protection of the image first.",
	"IMG.0030": "The project does not match the credentials. Check project_id of the resource and of the provider, and that the " +
		"token or access key belongs to that project and region. A token is valid for one project: to use several projects, log in " +
		"with an access key, a user name and password, a web identity, or an agency.",
	"IMG.0047": "Only the owner of an image can tag it. Tag shared and public images in the project that owns them.",
	"IMG.0060": throttledAdvice,
	"IMG.0066": "The image ID is invalid. Check image_id.",
	"IMG.0115": "The service does not accept the key or the value. The cloud decides which characters are allowed: Huawei Cloud " +
		"accepts letters, digits, _ and -, and . in values; others accept everything except = * < > \\ , | /.",
	"IMG.0116": "The image has the maximum of ten tags. Remove a tag first. Tags that Terraform does not manage count as well. " +
		"If this run also deletes tags of the image, apply again.",
}

// adviceByGatewayNumber is the same for a response of the API gateway, by the number of its code. The prefix of the
// code differs by cloud.
var adviceByGatewayNumber = map[string]string{
	"0103": outageAdvice,
	"0302": "The API gateway has an access list that does not include this user or this machine. Ask the administrators of the " +
		"cloud to allow the IP address of this machine and the account of the user.",
	"0307": "The token has expired, or it belongs to another region than the endpoint. Get a new token. A token is valid for 24 " +
		"hours at most; a permanent access key does not expire.",
}

const (
	missingImageAdvice = "Image not found. Check image_id and project_id, and that the image exists in the region of the resource."
	throttledAdvice    = "The service limits the rate of calls, often to 200 in five minutes for each user. Run the command again in a " +
		"few minutes; completed changes are in the state. To stay below the limit, set max_requests_per_second."
	credentialsCheck = "Check that the token is complete and belongs to this region, or that the access key and the secret key " +
		"belong together, that temporary keys come with their security_token, and that the clock of this machine is correct to " +
		"within 15 minutes."
	credentialsAdvice = "The service does not accept the credentials. " + credentialsCheck
	refusedAdvice     = "The service rejected the credentials earlier in this run. The provider did not send this call, because " +
		"repeated failures can lock the access key. " + credentialsCheck
	wrongEndpointAdvice = "The endpoint does not provide the image service. Check endpoint, or region and cloud_domain. Set endpoint " +
		"without the API version."
	forbiddenAdvice = "Permission denied. Grant the user ims:images:update to write tags and ims:images:list to read them, and " +
		"check that the project is the right one."
	redirectAdvice = "The service responded with a redirect. The provider does not follow redirects, because that would send the " +
		"credentials to another host. Check endpoint, and whether a proxy or a login page intercepts the calls."
	oddAnswerAdvice = "The service responded with something that its API does not document. Check endpoint, and whether a proxy or a " +
		"login page intercepts the calls."
	outageAdvice = "The service or its API gateway failed. Run the command again later; completed changes are in the state. If " +
		"it fails again, give the request ID to the support of the cloud."
	loggingInAdvice = "The provider was still logging in. IAM throttles or does not respond. Check auth_url and the network of this " +
		"machine, and run the command again in a few minutes."
	timeoutAdvice = "The operation did not complete within its timeout. Run the command again. If a write was carried out without " +
		"a response, repeating it is safe."
	notSentAdvice = "The call was not sent. Because of the rate limit of the service, or of max_requests_per_second, it would have " +
		"started after the operation timed out. Run the command again in a few minutes; completed changes are in the state."
	cancelledAdvice = "The operation was cancelled. Run the command again to complete it. If a write was carried out without a " +
		"response, repeating it is safe."
	unchangedState = " The state was not changed."
)

// advise says in a sentence or two what an error means and what to do next.
func advise(verb Verb, subject Subject, err error) string {
	if errors.Is(err, context.Canceled) {
		return cancelledAdvice
	}
	var refused *ims.RefusedError
	if errors.As(err, &refused) {
		return refusedAdvice
	}
	var login *auth.LoginError
	if errors.As(err, &login) {
		return adviseLogin(err)
	}
	if ims.IsImageNotFound(err) {
		return missingImageAdvice
	}
	var e *ims.Error
	if !errors.As(err, &e) || e.StatusCode == 0 {
		return adviseNoResponse(err)
	}
	if advice, ok := adviceByCode[e.Code]; ok {
		return advice
	}
	advice, ok := adviceByGatewayNumber[gatewayNumber(e.Code)]
	if !ok {
		advice = adviseStatus(e.StatusCode)
	}
	if verb == Read && !subject.Data {
		return reassure(advice)
	}
	return advice
}

// reassure adds to the advice about a refresh that it has not changed the state, which is what a person fears.
func reassure(advice string) string {
	if advice == wrongEndpointAdvice || advice == oddAnswerAdvice {
		return advice + unchangedState
	}
	return advice
}

func adviseStatus(status int) string {
	switch {
	case status == http.StatusUnauthorized:
		return credentialsAdvice
	case status == http.StatusForbidden:
		return forbiddenAdvice
	case status == http.StatusNotFound:
		return wrongEndpointAdvice
	case status == http.StatusTooManyRequests:
		return throttledAdvice
	case status >= 300 && status < 400:
		return redirectAdvice
	case status >= 500:
		return outageAdvice
	}
	return oddAnswerAdvice
}

// adviseNoResponse is for calls that got no response.
func adviseNoResponse(err error) string {
	if errors.Is(err, neterror.ErrLoggingIn) {
		return loggingInAdvice
	}
	var e *ims.Error
	if errors.As(err, &e) && e.Attempts == 0 && errors.Is(err, ims.ErrWaitTooLong) {
		return notSentAdvice
	}
	var unreachable *ims.UnreachableError
	if kind := networkCause(err); kind == otherCause && errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &unreachable) {
		return timeoutAdvice
	}
	return adviseNetwork(err, imageService)
}

// adviseTimeout says how the operation gets more time, if it ran out of time.
func adviseTimeout(verb Verb, subject Subject, err error) string {
	if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, ims.ErrWaitTooLong) {
		return ""
	}
	if verb == List {
		return "To need fewer calls, add filters to the list block, or reduce its limit."
	}
	if subject.Data {
		return "To allow more time, increase timeouts.read."
	}
	switch verb {
	case Create, Update:
		return "To allow more time, increase timeouts." + string(verb) + "."
	case Read:
		return "To allow more time, increase timeouts.read and apply that change with -refresh=false, which makes no API calls. The " +
			"read timeout takes effect once it is in the state."
	case Delete:
		return "To allow more time, increase timeouts.delete and apply that change first. The delete timeout takes effect once it is " +
			"in the state."
	case Import, List:
	}
	return ""
}

// gatewayNumber returns the number of a gateway's code, such as 0308 of APIGW.0308 or APIG.0308.
func gatewayNumber(code string) string {
	prefix, number, _ := strings.Cut(code, ".")
	if prefix != "APIGW" && prefix != "APIG" {
		return ""
	}
	return number
}
