// From a tree to a Policy, telling of everything that is wrong on the way. Private to this module.
//
// What stands for itself is checked where it is read (reader*.cpp); what contradicts something elsewhere is
// checked once everything has been read (contradictions.cpp).
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "policy/policy.h"
#include "policy/tree.h"

namespace policy {

class Reader {
 public:
  Reader(const Vocabulary& vocabulary, Problems& problems) : vocabulary_(vocabulary), problems_(problems) {}

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
  using Words = std::span<const std::string_view>;

  // reader.cpp: the shapes that everything is made of. Each tells of what is not so.
  bool is_map(const Part& part);
  /// Whether it is a map with no keys but `known`.
  bool is_map_of(const Part& part, Words known);
  Part maybe(const Part& map, std::string_view key) const;
  Part need(const Part& map, std::string_view key, std::string instead);
  /// Empty when it is no text.
  std::string word(const Part& part);
  std::string name(const Part& part);
  /// The place of a word among `known`; `known.size()` when it is none of them.
  std::size_t one_of(const Part& part, Words known);
  std::vector<Part> list(const Part& part);
  Texts texts(const Part& part);
  Texts need_texts(const Part& map, std::string_view key);
  void refuse(const Part& part, std::string what, std::string instead);

  // reader.cpp
  void read_header(const Part& root);
  void read_languages(const Part& part);
  void read_parties(const Part& part);
  Party read_party(const Part& part, bool may_be_each_its_own);
  void read_purposes(const Part& part);

  // reader_data.cpp
  void read_data(const Part& part);
  Data read_datum(const Part& part, const std::string& name);
  void read_held(Data& datum, const Part& part);
  void read_items(Data& datum, const Part& part);
  void read_fields(Data& datum, const Part& part);
  void read_facts(Data& datum, const Part& part);
  Field read_field(const Part& part);
  void read_consents(const Part& part);

  // contradictions.cpp
  void check_purposes();
  void check_data();
  void check_datum(const Data& datum);
  void check_items_once();
  void check_consents();
  void check_refused(const ConsentRule& rule);
  void check_opening();
  bool needs_itself(const Purpose& purpose) const;
  /// Whether it has purposes and all are declared; if not, that was told, and no more follows from it.
  bool knows_purposes(const Data& datum) const;
  bool rests_on_consent(const Data& datum) const;
  /// Whether the datum is stored of a viewing although nobody consented to anything.
  bool stays_without_consent(const Data& datum) const;
  bool without_consent(const Purpose& purpose) const;
  Position where(const std::string& name) const;

  // reader.cpp: what is worked out of the whole.
  void summarise(const Node& root);
  std::string fingerprint(const Node& root, const Purpose& purpose) const;

  const Vocabulary& vocabulary_;
  Problems& problems_;
  Policy policy_;
  /// Where everything that may be contradicted stood, by Part::name.
  std::map<std::string, Position, std::less<>> positions_;
};

}  // namespace policy
