// A Maildir: one file per mail, for the demo, for tests and for a local mail program. A mail is written in
// tmp/, synced, and renamed into new/, so that a reader only ever sees whole ones. Each file begins with
// the lines "Return-Path: <…>" and "Delivered-To: …" that tell the envelope, since the folder has no other
// place for it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/files.h"
#include "base/random.h"
#include "mail/read.h"
#include "mail/transport.h"

namespace mail {

class Maildir final : public Transport {
 public:
  /// Makes `folder` with tmp/, new/ and cur/ if need be.
  static base::Result<std::unique_ptr<Maildir>> open(base::Files& files, base::Path folder,
                                                     const base::Clock& clock, base::Random& random);

  /// Accepted once the mail is on stable storage; else Temporary.
  Delivery send(std::string_view from, std::string_view to, std::string_view rendered) override;

  /// Names of the mails in new/, the latest first.
  base::Result<std::vector<std::string>> list() const;
  /// Errors: NotFound (also for what is no name from `list`).
  base::Result<Reading> read(std::string_view name) const;

 private:
  Maildir(base::Files& files, base::Path folder, const base::Clock& clock, base::Random& random)
      : files_(files), folder_(std::move(folder)), clock_(clock), random_(random) {}

  base::Files& files_;
  base::Path folder_;
  const base::Clock& clock_;
  base::Random& random_;
};

}  // namespace mail
