// Git as CI has it: what cannot be compared is exit 3 with the line to add, never a run over the
// whole tree and never an allow.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "tests/guard/texts.h"
#include "tests/support/repository.h"

#if defined(PORTREEVE_ADDRESS_SANITIZER)
// What libgit2 1.5 and its regular expressions keep for each thread until the process ends.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libgit2.so\nleak:libpcre2-8.so\n";
}
#endif

namespace portreeve::guard {
namespace {

using testing::config_map;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Ran;
using testing::Repository;

// Sets a variable of this process for as long as it lives.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    const char* old = std::getenv(name);
    had_ = old != nullptr;
    old_ = had_ ? old : "";
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() { had_ ? ::setenv(name_, old_.c_str(), 1) : ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  bool had_ = false;
  std::string old_;
};

void expect_undecided(const Ran& judged, const std::string& fix) {
  EXPECT_EQ(judged.exit, 3) << judged.out << judged.err;
  EXPECT_THAT(judged.out, HasSubstr("undecided gate/repository"));
  EXPECT_THAT(judged.out, HasSubstr(fix));
  EXPECT_THAT(judged.out, HasSubstr("\nundecided"));
}

TEST(Git, AShallowCloneSaysHowToDeepenIt) {
  Repository origin({{"a.yaml", config_map("x")}});
  origin.init();
  origin.git("checkout -q -b topic");
  origin.write("a.yaml", config_map("y")).commit().write("a.yaml", config_map("z")).commit();
  const Repository clone;
  clone.git("init -q .");
  clone.git("fetch -q --depth 1 file://" + origin.path() + " topic main:refs/remotes/origin/main");
  clone.git("checkout -q FETCH_HEAD");
  expect_undecided(clone.guard({"--base", "origin/main"}), "fetch-depth: 0");
}

TEST(Git, AMissingBaseSaysWhatToFetch) {
  Repository tree({{"a.yaml", config_map("x")}});
  tree.init();
  expect_undecided(tree.guard({"--base", "develop"}),
                   "git fetch origin develop, then --base origin/develop");
  expect_undecided(tree.guard({"--base", "origin/develop"}),
                   "git fetch origin develop, then --base origin/develop");
  tree.git("checkout -q --orphan other");
  tree.commit();
  expect_undecided(tree.guard({"--base", "main"}), "fetch-depth: 0");
}

TEST(Git, NoRepositoryAtAll) {
  const Repository tree({{"a.yaml", config_map("x")}});
  expect_undecided(tree.guard({"--base", "main"}), "--base-tree DIR");
  Repository empty;
  empty.git("init -q -b main .");
  expect_undecided(empty.write("a.yaml", config_map("x")).guard({"--base", "HEAD"}), "");
}

TEST(Git, AForeignOwnerNeedsSafeDirectory) {
  if (::geteuid() != 0) GTEST_SKIP() << "skipped: only root can give a folder away";
  Repository tree({{"a.yaml", config_map("tenant")}});
  tree.init().write("a.yaml", config_map("smes"));
  ASSERT_EQ(::chown(tree.path().c_str(), 65534, 65534), 0);
  const Repository home;
  const Variable no_system("GIT_CONFIG_NOSYSTEM", "1");
  const Variable own_home("HOME", home.path());
  const Variable xdg("XDG_CONFIG_HOME", home.path() + "/none");
  expect_undecided(tree.guard({"--base", "main"}), "git config --global --add safe.directory");
  for (const std::string& value : {std::string("*"), tree.path()}) {
    Repository config;
    config.write("config", "[safe]\n\tdirectory = " + value + "\n");
    const Variable global("GIT_CONFIG_GLOBAL", config.file("config"));
    EXPECT_EQ(tree.guard({"--base", "main"}).exit, 1) << value;
  }
  Repository other;
  other.write("config", "[safe]\n\tdirectory = *\n\tdirectory =\n\tdirectory = /elsewhere\n");
  const Variable global("GIT_CONFIG_GLOBAL", other.file("config"));
  expect_undecided(tree.guard({"--base", "main"}), "safe.directory");
  const Variable count("GIT_CONFIG_COUNT", "1");
  const Variable key("GIT_CONFIG_KEY_0", "safe.directory");
  const Variable one("GIT_CONFIG_VALUE_0", tree.path());
  EXPECT_EQ(tree.guard({"--base", "main"}).exit, 1);
}

TEST(Git, ALinkedWorkTreeIsJudged) {
  Repository tree({{"a.yaml", config_map("x")}});
  tree.init();
  tree.git("config extensions.worktreeConfig true");
  const Repository parent;
  tree.git("worktree add -q -b topic " + parent.path() + "/linked");
  testing::shell("sed -i s/x/tenant/ " + parent.path() + "/linked/a.yaml");
  const Ran judged =
      testing::ran({"guard", parent.path() + "/linked", "--render", "never", "--base", "main"});
  EXPECT_EQ(judged.exit, 1) << judged.out;
  EXPECT_THAT(judged.out, HasSubstr("a.yaml:4:9: deny repository-names/object"));
}

TEST(Git, ASubmoduleIsJudgedFromWithinAndCountedFromOutside) {
  Repository inner({{"a.yaml", config_map("x")}});
  inner.init();
  Repository tree({{"b.yaml", config_map("b")}});
  tree.init();
  tree.git("submodule --quiet add " + inner.path() + " sub");
  tree.commit();
  testing::shell("sed -i s/x/tenant/ " + tree.path() + "/sub/a.yaml");
  const Ran within =
      testing::ran({"guard", tree.path() + "/sub", "--render", "never", "--base", "HEAD"});
  EXPECT_EQ(within.exit, 1) << within.out;
  const Repository clone;
  clone.git("clone -q " + tree.path() + " checkout");
  const Ran missing =
      testing::ran({"guard", clone.path() + "/checkout", "--render", "never", "--base", "HEAD~1"});
  EXPECT_EQ(missing.exit, 3) << missing.out;
  EXPECT_THAT(missing.out, HasSubstr("submodules: recursive"));
  const Ran untouched =
      testing::ran({"guard", clone.path() + "/checkout", "--render", "never", "--base", "HEAD"});
  EXPECT_EQ(untouched.exit, 0) << untouched.out;
  EXPECT_THAT(untouched.out, HasSubstr("submodule that is not checked out"));
}

TEST(Git, Sha256RepositoriesAreComparedWithAnExport) {
  Repository tree({{"a.yaml", config_map("x")}});
  tree.init("--object-format=sha256");
  expect_undecided(tree.guard({"--base", "main"}), "--base-tree ../base");
}

TEST(Git, AFolderOfARepositoryIsJudgedAlone) {
  Repository tree({{"team/a.yaml", config_map("x")}, {"other/b.yaml", config_map("x")}});
  tree.init();
  tree.write("team/a.yaml", config_map("tenant")).write("other/b.yaml", config_map("tenant"));
  const Ran judged =
      testing::ran({"guard", tree.file("team"), "--render", "never", "--base", "main"});
  EXPECT_EQ(judged.exit, 1) << judged.out;
  EXPECT_THAT(judged.out, HasSubstr("a.yaml:4:9: deny"));
  EXPECT_THAT(judged.out, Not(HasSubstr("b.yaml")));
}

TEST(Git, FiltersAndHooksOfARepositoryAreNotRun) {
  Repository tree({{"a.yaml", config_map("x")}, {".gitattributes", "*.yaml filter=evil\n"}});
  tree.init();
  tree.git("config filter.evil.clean 'touch " + tree.path() + "/ran; cat'");
  tree.write("a.yaml", config_map("tenant"));
  EXPECT_EQ(tree.guard({"--base", "main"}).exit, 1);
  EXPECT_FALSE(std::filesystem::exists(tree.file("ran")));
}

}  // namespace
}  // namespace portreeve::guard
