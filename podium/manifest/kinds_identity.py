"""Fields of the kinds that say who proves what: keys, issuers of workloads' tokens, workloads."""

from typing import Literal

from pydantic import ConfigDict, Field

from podium.kernel.addresses import Network
from podium.manifest.fields import Credential, Shape, Text, Url
from podium.trust.request.user import MAX_EACH


class Jwk(Shape):
    """A public key (RFC 7517): Ed25519, P-256, P-384 or RSA. No private half."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=None)

    kty: Literal["OKP", "EC", "RSA"] = Field(description="Its type.")
    crv: Text | None = Field(None, description="Its curve: `Ed25519`, `P-256`, `P-384`.")
    x: Text | None = Field(None, description="Base64url.")
    y: Text | None = Field(None, description="Base64url.")
    n: Text | None = Field(None, description="Base64url.")
    e: Text | None = Field(None, description="Base64url.")
    kid: Text | None = Field(None, description="Its id.")
    alg: Text | None = Field(None, description="Its algorithm.")
    use: Text | None = Field(None, description="`sig`.")


class WorkloadIssuer(Shape):
    """Who issues tokens to workloads."""

    issuer: Text = Field(description="The `iss` of its tokens.")
    audience: Text = Field(description="The `aud` that its tokens must have.")
    jwks: list[Jwk] = Field(
        default=[],
        description="Its public keys (`kubectl get --raw /openid/v1/jwks`). None: they are fetched, and "
        "again every five minutes.",
    )
    jwks_url: Url | None = Field(
        None,
        description="Where its keys are fetched, https. "
        "Default: where `issuer`/.well-known/openid-configuration says.",
    )
    network: Network = Field(
        "public",
        description="`public`: its name may only resolve to addresses of the internet. `private`: also to "
        "private networks and this machine (Kubernetes'). An address written out says it by itself.",
    )
    ca_file: Text | None = Field(None, description="PEM file of the authorities to trust instead.")
    credential: Credential | None = Field(
        None, description="Bearer token with which its keys are fetched. None: no token is sent."
    )


class Workload(Shape):
    """Whose tokens prove an agent."""

    issuer: Text = Field(description="One of the organisation's `workloadIssuers`.")
    subject: Text = Field(
        description="The `sub` of its tokens: `system:serviceaccount:NAMESPACE:NAME` in Kubernetes."
    )


class UserSpec(Shape):
    """Who *me* and *my* of a request are. At most 8 of each; at least one of them."""

    names: list[Text] = Field(
        default=[], max_length=MAX_EACH, description="As lists of people have them: `Noor Haddad`."
    )
    addresses: list[Text] = Field(
        default=[], max_length=MAX_EACH, description="Mail addresses and telephone numbers of the user alone."
    )
    ids: list[Text] = Field(
        default=[],
        max_length=MAX_EACH,
        description="As systems know the user: logins, handles, identifiers.",
    )
