// The sections of a notice, each in its place. Private to this module.
#pragma once

#include "policy/document.h"
#include "policy/notice.h"
#include "policy/notice_words.h"

namespace policy {

// notice_parties.cpp
void tell_parties(Document& to, const NoticeWords& words, const NoticeContext& context);
void tell_recipients(Document& to, const NoticeWords& words);
void tell_places(Document& to, const NoticeWords& words);
void tell_reports(Document& to, const NoticeWords& words, const NoticeContext& context);

// notice_data.cpp
void tell_glossary(Document& to, const NoticeWords& words);
void tell_purposes(Document& to, const NoticeWords& words);
void tell_data(Document& to, const NoticeWords& words);
void tell_classes(Document& to, const NoticeWords& words);
void tell_consent(Document& to, const NoticeWords& words);
void tell_updates(Document& to, const NoticeWords& words, const NoticeContext& context);

// notice_rights.cpp
void tell_decisions(Document& to, const NoticeWords& words);
void tell_limits(Document& to, const NoticeWords& words);
void tell_rights(Document& to, const NoticeWords& words);
void tell_breach(Document& to, const NoticeWords& words);
void tell_complaint(Document& to, const NoticeWords& words);

}  // namespace policy
