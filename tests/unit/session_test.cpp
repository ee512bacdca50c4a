#include "identity/session.hpp"

#include <gtest/gtest.h>

#include "core/hash.hpp"
#include "core/input.hpp"
#include "identity/secret.hpp"
#include "identity/user.hpp"

namespace kindling {
namespace {

TEST(Session, CookieBehindTlsIsBoundToTheHost) {
  EXPECT_EQ(session_cookie(true, "abc"), "__Host-kindling=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
  EXPECT_EQ(expired_session_cookie(true),
            "__Host-kindling=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0");
}

TEST(Session, CookieWithoutTlsIsStillHiddenFromScripts) {
  EXPECT_EQ(session_cookie(false, "abc"), "kindling=abc; Path=/; HttpOnly; SameSite=Lax");
}

TEST(Session, FormTokenBelongsToOneSession) {
  const auto token = form_token_of("first session");
  EXPECT_EQ(token.size(), 43u);
  EXPECT_EQ(token, form_token_of("first session"));
  EXPECT_NE(token, form_token_of("second session"));
}

TEST(Session, LeadsBackOnlyToOwnPages) {
  EXPECT_EQ(own_path("/grants/7?tab=1&x=%20"), "/grants/7?tab=1&x=%20");
  EXPECT_EQ(own_path("/"), "/");
  for (const auto* other :
       {"", "grants", "//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example",
        "/a\r\nSet-Cookie: x=1", "/grants/\"><script>", "/gr\xC3\xA4nts", "javascript:alert(1)"}) {
    EXPECT_EQ(own_path(other), "/") << other;
  }
}

TEST(Session, NeverLeadsToTheDoorItself) {
  EXPECT_EQ(own_path("/sign-in?next=/grants"), "/");
  EXPECT_EQ(own_path("/password"), "/");
  EXPECT_EQ(own_path("/api/v1/grants"), "/");
}

TEST(Secret, HashesAsPublished) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Secret, IsLongAndNeverTheSame) {
  EXPECT_EQ(random_secret().size(), 43u);
  EXPECT_NE(random_secret(), random_secret());
}

TEST(Secret, ComparesWholeTexts) {
  EXPECT_TRUE(equal_secrets("abc", "abc"));
  EXPECT_FALSE(equal_secrets("abc", "abd"));
  EXPECT_FALSE(equal_secrets("abc", "abcd"));
  EXPECT_FALSE(equal_secrets("", "a"));
}

Input user_form(std::string email, std::string name, std::string role) {
  Input input;
  input.add("email", std::move(email));
  input.add("name", std::move(name));
  if (!role.empty()) input.add("roles.0", std::move(role));
  return input;
}

TEST(User, IsReadFromAForm) {
  const auto user = parse_user(user_form("  Eva.Lindt@Example.ORG ", " Eva Lindt ", "approver"));
  ASSERT_TRUE(user.ok());
  EXPECT_EQ(user->email, "eva.lindt@example.org");
  EXPECT_EQ(user->name, "Eva Lindt");
  EXPECT_EQ(user->roles, static_cast<Roles>(Role::kApprover));
}

TEST(User, NamesEveryMistakeAtOnce) {
  const auto user = parse_user(user_form("eva", "", ""));
  ASSERT_FALSE(user.ok());
  ASSERT_EQ(user.error().fields.size(), 3u);
  EXPECT_EQ(user.error().fields[0].field, "email");
  EXPECT_EQ(user.error().fields[0].code, "not_an_email");
  EXPECT_EQ(user.error().fields[1].field, "name");
  EXPECT_EQ(user.error().fields[2].field, "roles");
}

TEST(User, RefusesAddressesThatAreNone) {
  for (const auto* typed : {"eva", "@example.org", "eva@", "eva@@example.org", "e va@example.org",
                            "a,b@example.org", "eva@ex\xC3\xA4mple.org"}) {
    EXPECT_EQ(normal_email(typed), "") << typed;
  }
}

TEST(User, KnowsOnlyTheFourRoles) {
  EXPECT_EQ(*roles_of("coordinator, approver"), 3);
  EXPECT_EQ(*roles_of("administrator"), 8);
  EXPECT_EQ(roles_of("owner").error().fields[0].code, "not_one_of");
  EXPECT_EQ(roles_of("").error().fields[0].code, "required");
}

}  // namespace
}  // namespace kindling
