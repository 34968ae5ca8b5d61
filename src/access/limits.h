// The bounds of staff sign-in. Each has a test at the limit and one past it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace staff {

/// A setup token works this long.
inline constexpr std::chrono::milliseconds kSetupTokenLife = std::chrono::minutes{30};

/// OWASP ASVS 5.0 §6.2: at least 8 characters, at least 64 allowed. Characters are code points.
inline constexpr std::size_t kPasswordMinimum = 8;
inline constexpr std::size_t kPasswordMaximum = 128;
/// So many digits and signs around a common password, in bytes, make it no other one.
inline constexpr std::size_t kPasswordAround = 6;
/// Shorter words of names and addresses occur in too many others.
inline constexpr std::size_t kContextWord = 4;
inline constexpr std::size_t kNameLength = 200;

/// A session ends when unused this long …
inline constexpr std::chrono::milliseconds kSessionIdle = std::chrono::minutes{30};
/// … and in any case this long after sign-in.
inline constexpr std::chrono::milliseconds kSessionLife = std::chrono::hours{8};
/// The last use is written down at most this often, so that reading a page costs no write. A session may
/// thus end this much early.
inline constexpr std::chrono::milliseconds kSessionTouch = std::chrono::minutes{1};
/// One member's sessions; signing in once more ends the oldest.
inline constexpr std::size_t kSessionsPerMember = 20;

/// Wrong passwords for one account from one address within kThrottleWindow; the next try is refused.
inline constexpr std::size_t kTries = 5;
/// The same from one address for whatever accounts: an office behind one address is not locked out by one
/// forgetful person, and nobody fills the journal or keeps the hashing busy.
inline constexpr std::size_t kTriesPerClient = 30;
inline constexpr std::chrono::milliseconds kThrottleWindow = std::chrono::minutes{5};
/// Wrong codes of an authenticator for one account, from wherever: whoever knows the password cannot guess
/// them from many addresses at once. The owner still comes in with a recovery code, which cannot be guessed.
inline constexpr std::size_t kCodeTriesPerMember = 20;
/// Pairs of account and address that are remembered; past it the one used longest ago is forgotten.
inline constexpr std::size_t kThrottled = 10'000;

/// Between the right password and the second factor: a half session, which opens nothing else.
inline constexpr std::chrono::milliseconds kHalfSessionLife = std::chrono::minutes{10};
/// What is done once only, or lets somebody in for long, wants a second factor shown no longer ago than this.
inline constexpr std::chrono::milliseconds kStepUpLife = std::chrono::minutes{5};
/// A new authenticator that is shown has to be confirmed within this.
inline constexpr std::chrono::milliseconds kNextFactorLife = std::chrono::minutes{10};

/// A browser that is not used for so long is no longer known. Browsers keep no cookie longer than 400 days
/// (RFC 6265bis, draft 22, §5.5).
inline constexpr std::chrono::milliseconds kDeviceLife = std::chrono::hours{24} * 400;
/// Adding one more ends the one used longest ago.
inline constexpr std::size_t kDevicesPerMember = 20;
/// Told to whoever vouches for a browser, by telephone: it names one of those that wait, and is no secret.
inline constexpr std::size_t kWaitDigits = 6;
/// Of each member, of those that succeeded and of those that did not.
inline constexpr std::size_t kSignInsKept = 30;

/// RFC 6238, by what authenticators take without being told. RFC 4226 §4 recommends secrets of 160 bits.
inline constexpr std::size_t kTotpSecretBytes = 20;
inline constexpr std::size_t kTotpDigits = 6;
inline constexpr std::chrono::milliseconds kTotpStep = std::chrono::seconds{30};
/// So many steps before the present one, and after it, are taken too.
inline constexpr std::int64_t kTotpDrift = 1;
/// Before all others.
inline constexpr std::int64_t kNoStep = -1;

/// OWASP ASVS 5.0 §6.5.2: with at least 112 bits a plain hash is enough. These have 120.
inline constexpr std::size_t kRecoveryCodes = 10;
inline constexpr std::size_t kRecoveryBytes = 15;
/// What is typed for a code, with all its blanks and dashes.
inline constexpr std::size_t kCodeLength = 64;

/// An invitation that nobody takes up ends, and the address with it.
inline constexpr std::chrono::milliseconds kInvitationLife = std::chrono::days{7};
/// Members and invitations of one organisation.
inline constexpr std::size_t kMembersPerOrganisation = 500;
/// With those that every organisation begins with.
inline constexpr std::size_t kRolesPerOrganisation = 30;
inline constexpr std::size_t kRoleNameLength = 60;

/// What ends so soon is told beforehand, and may be renewed.
inline constexpr std::chrono::milliseconds kEndingNear = std::chrono::days{30};

/// A challenge to a passkey is good once, and this long.
inline constexpr std::chrono::milliseconds kChallengeLife = std::chrono::minutes{5};
inline constexpr std::size_t kPasskeysPerMember = 10;
inline constexpr std::size_t kPasskeyNameLength = 60;
/// What a browser sends of one; WebAuthn bounds the id of a credential to 1023 bytes.
inline constexpr std::size_t kClientDataBytes = 4096;
inline constexpr std::size_t kAuthenticatorDataBytes = 4096;
inline constexpr std::size_t kSignatureBytes = 1024;
inline constexpr std::size_t kCredentialBytes = 1023;
/// The bit of authenticator data that says that somebody was there.
inline constexpr unsigned kUserPresent = 1;

inline constexpr std::size_t kTokensPerMember = 50;
inline constexpr std::size_t kTokenLabelLength = 100;

}  // namespace staff
