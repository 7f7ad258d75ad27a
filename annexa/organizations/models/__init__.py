from annexa.organizations.models.api_token import ApiToken
from annexa.organizations.models.delegation import Delegation
from annexa.organizations.models.invitation import Invitation
from annexa.organizations.models.membership import Membership
from annexa.organizations.models.organization import Organization
from annexa.organizations.models.person import Person
from annexa.organizations.models.scope import Scope
from annexa.organizations.models.sign_in_link import SignInLink
from annexa.organizations.models.single_sign_on import ExternalIdentity, SignInDomain, SingleSignOn

__all__ = [
    "ApiToken",
    "Delegation",
    "ExternalIdentity",
    "Invitation",
    "Membership",
    "Organization",
    "Person",
    "Scope",
    "SignInDomain",
    "SignInLink",
    "SingleSignOn",
]
