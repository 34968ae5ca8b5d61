// From a tree to a Policy, telling of everything that is wrong on the way. Private to this module.
//
// What stands for itself is checked where it is read (reader*.cpp); what contradicts something elsewhere is
// checked once everything has been read (contradictions*.cpp).
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "policy/keys.h"
#include "policy/law.h"
#include "policy/policy.h"
#include "policy/tree.h"

namespace policy {

class Reader {
 public:
  Reader(const Vocabulary& vocabulary, Extent extent, Problems& problems)
      : vocabulary_(vocabulary), extent_(extent), problems_(problems) {}

  /// Only meaningful when no problem has been added.
  Policy read(const Node& root);

 private:
  /// The value of a map's key, or of an item, with what to call it in a message.
  struct Part {
    const Node* node = nullptr;
    Position at;       ///< of the key
    std::string name;  ///< "purposes.entry.basis"
    explicit operator bool() const { return node != nullptr; }
  };

  // reader.cpp: the shapes that everything is made of. Each tells of what is not so.
  bool is_map(const Part& part);
  /// Whether it is a map. Tells of keys that keys.h does not list, and of those that must be there.
  bool is_map_of(const Part& part, Map map);
  Part maybe(const Part& map, std::string_view key);
  void missing(const Part& map, Map of, std::string_view key);
  /// The parts of a map whose keys are names that the policy chooses.
  std::vector<Part> named(const Part& part);
  /// Empty when there is no text.
  std::string word(const Part& part);
  std::string name(const Part& part);
  bool check_name(const Part& part, std::string_view text);
  /// The place of a word among `known`; `known.size()` when it is none of them.
  std::size_t one_of(const Part& part, std::span<const std::string_view> known);
  std::size_t one_of(const Part& part, Words words);
  /// The enumerators count from 0 in the order of the words.
  template <class Enum>
  void read_word(const Part& part, Words words, Enum& to) {
    if (!part) return;
    if (const auto place = one_of(part, words); place < words_of(words, vocabulary_).size()) {
      to = static_cast<Enum>(place);
    }
  }
  std::vector<Part> list(const Part& part);
  /// What is no word of the list is told and left out.
  std::vector<std::string> words(const Part& part, Words words);
  /// Names of something that the policy declares elsewhere, each with its position.
  std::vector<std::string> references(const Part& part);
  Texts texts(const Part& part);
  void refuse(const Part& part, std::string what, std::string instead);

  // reader.cpp: single values; a part that is not there gives an empty one.
  std::string checked(const Part& part, bool (*is_right)(std::string_view), std::string_view is_no,
                      std::string_view instead);
  std::string mail_address(const Part& part);
  std::string https_address(const Part& part);
  std::vector<std::string> hosts(const Part& part);
  std::string country(const Part& part);
  std::string date(const Part& part);
  Span span(const Part& part);
  /// A span, "without delay", or "law".
  Span span_or_law(const Part& part, LawParameter parameter);
  std::optional<Span> from_law(const Part& part, LawParameter parameter);

  // reader_parties.cpp
  void read_header(const Part& root);
  void read_languages(const Part& part);
  void read_opening(const Part& part);
  void read_parties(const Part& part);
  Party read_party(const Part& part, Map map);
  void read_authority(const Part& part);
  void read_purposes(const Part& part);
  void read_recipients(const Part& part);
  void read_places(const Part& part);
  void read_systems(const Part& part);
  void read_decisions(const Part& part);
  int percent(const Part& part);

  // reader_data.cpp
  void read_data(const Part& part);
  Data read_datum(const Part& part, const std::string& name);
  void read_held(Data& datum, const Part& part);
  void read_from(Data& datum, const Part& part);
  void read_items(Data& datum, const Part& part);
  void read_fields(Data& datum, const Part& part);
  Field read_field(const Part& part);
  void read_choices(Field& field, const Part& part);
  void read_consents(const Part& part);
  void read_updates(const Part& part);

  // reader_rights.cpp
  void read_rights(const Part& part);
  void read_right(const Part& part, const std::string& name);
  void read_breach(const Part& part);
  void read_minors(const Part& part);
  void read_accounts(const Part& part);
  void read_refuses(const Part& part);
  void read_stored_items(const Part& part);
  void check_lifetime(const Part& part, const StoredItem& item);
  void read_glossary(const Part& part);
  void read_staff(const Part& part);
  void read_acknowledgements(const Part& part);
  void read_training(const Part& part);
  void read_credentials(const Part& part);

  // contradictions_parties.cpp
  void check_recipients();
  void check_transfer(const Recipient& recipient);
  void check_flow(const Recipient& recipient);
  void check_places();
  void check_place(const Place& place);
  void check_systems();
  void check_decisions();
  void check_attendance_rule(const Decision& decision);
  /// Whether `whom` is a party or a recipient; tells if not.
  bool check_somebody(const std::string& key, const std::string& whom);
  void check_references(const std::string& key, const std::vector<std::string>& data);

  // contradictions_rights.cpp
  void check_contact();
  void check_rights();
  /// Whether the rights are there that the law gives for these purposes.
  void check_rights_of_law();
  void check_right(const Right& right);
  void check_breach();
  void check_minors();
  void check_stored_items();
  void check_staff();
  void check_fields();
  void check_special(const Field& field);

  // contradictions.cpp
  void check_purposes();
  void check_data();
  void check_datum(const Data& datum);
  void check_meanwhile(const Data& datum);
  void check_items_once();
  void check_consents();
  void check_refused(const ConsentRule& rule);
  void check_updates();
  void check_update(const Update& update);
  void check_opening();
  bool needs_itself(const Purpose& purpose) const;
  /// Whether it has purposes and all are declared; if not, that was told, and no more follows from it.
  bool knows_purposes(const Data& datum) const;
  bool rests_on_consent(const Data& datum) const;
  /// Whether it belongs to a viewing or a visit, and not to somebody who is known.
  bool is_of_viewing(const Data& datum) const;
  /// Whether the datum is stored although nobody consented to anything.
  bool stays_without_consent(const Data& datum) const;
  bool without_consent(const Purpose& purpose) const;
  Position where(const std::string& name) const;

  // summary.cpp: what is worked out of the whole.
  void summarise(const Node& root);
  std::string fingerprint(const Node& root, const Purpose& purpose) const;
  std::string flows(const Purpose& purpose) const;

  const Vocabulary& vocabulary_;
  const Extent extent_;
  Problems& problems_;
  Policy policy_;
  /// Where everything that may be contradicted stood, by Part::name.
  std::map<std::string, Position, std::less<>> positions_;
};

}  // namespace policy
