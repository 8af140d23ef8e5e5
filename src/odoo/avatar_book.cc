#include "odoo/avatar_book.h"

#include <algorithm>
#include <tuple>

#include "base/status.h"
#include "odoo/schema.h"

namespace understudy::odoo {
namespace {

struct Source {
  const char* model;
  const char* table;
  const char* sql;  // id, name, is a company
};

constexpr const char* kHasPicture =
    " AND EXISTS (SELECT 1 FROM public.ir_attachment a WHERE a.res_id = t.id AND a.res_field ~ "
    "'^(image|avatar)' "
    "AND a.res_model = ";

constexpr Source kSources[] = {
    {"res.partner", "res_partner",
     "SELECT t.id, t.name, coalesce(t.is_company, false) FROM public.res_partner t WHERE t.name IS NOT NULL"},
    {"hr.employee", "hr_employee",
     "SELECT t.id, t.name, false FROM public.hr_employee t WHERE t.name IS NOT NULL"},
    {"res.users", "res_users",
     "SELECT t.id, p.name, false FROM public.res_users t JOIN public.res_partner p ON p.id = t.partner_id "
     "WHERE p.name IS NOT NULL"},
};

}  // namespace

AvatarBook::Model AvatarBook::ModelOf(std::string_view res_model) {
  if (res_model == "res.partner") return Model::kPartner;
  if (res_model.starts_with("hr.employee")) return Model::kEmployee;
  if (res_model == "res.users") return Model::kUser;
  return Model::kOther;
}

void AvatarBook::Add(std::string_view res_model, int64_t res_id, std::string_view pseudonym) {
  const AvatarLook look = LookOf(pseudonym);
  Person person{res_id, ModelOf(res_model), {}, static_cast<uint16_t>(look.hue), look.pattern};
  const std::string& initials = look.initials;
  std::copy_n(initials.begin(), std::min(initials.size(), person.initials.size() - 1),
              person.initials.begin());
  people_.push_back(person);
}

void AvatarBook::Seal() {
  std::sort(people_.begin(), people_.end(), [](const Person& a, const Person& b) {
    return std::tie(a.id, a.model) < std::tie(b.id, b.model);
  });
}

AvatarLook AvatarBook::LookFor(std::string_view res_model, int64_t res_id) const {
  const auto wanted = std::make_tuple(res_id, ModelOf(res_model));
  const auto found = std::lower_bound(
      people_.begin(), people_.end(), wanted,
      [](const Person& person, const auto& key) { return std::tie(person.id, person.model) < key; });
  if (found == people_.end() || std::tie(found->id, found->model) != wanted) return {};
  return {found->initials.data(), found->hue, found->pattern};
}

absl::StatusOr<AvatarBook> LoadAvatarBook(pg::Connection& source,
                                          const pseudonym::Pseudonymiser& pseudonymiser) {
  auto schema = LoadSchema(source);
  if (!schema.ok()) return Annotate(schema.status(), "avatars");
  AvatarBook book;
  std::string pseudonym;
  for (const Source& from : kSources) {
    if (schema->Find(from.table, "id") == nullptr || !schema->HasTable("ir_attachment")) continue;
    if (std::string_view(from.table) == "hr_employee" && schema->Find("hr_employee", "name") == nullptr)
      continue;
    auto rows = source.Exec(std::string(from.sql) + kHasPicture + "'" + from.model + "')");
    if (!rows.ok()) return Annotate(rows.status(), "avatars");
    for (int row = 0; row < rows->rows(); ++row) {
      pseudonym::Context context;
      context.entity = rows->Bool(row, 2) ? pseudonym::Entity::kCompany : pseudonym::Entity::kPerson;
      pseudonym.clear();
      pseudonymiser.Generate(pseudonym::Kind::kName, rows->Get(row, 1), context, &pseudonym);
      book.Add(from.model, rows->Int(row, 0), pseudonym);
    }
  }
  book.Seal();
  return book;
}

}  // namespace understudy::odoo
