# The long part of tests/run, sourced by it: the long forms of what has one, the same tests under sanitizers, each fuzz
# target for 60 s.
export KINDLING_FULL=1
gtest integration-full "$root/build/release/tests/integration_tests"
KINDLING_WORKBOOKS="$root/build/release/tests/write_workbooks" pytests golden-full "$root/tests/golden"
pytests faults-full "$root/tests/faults"
unset KINDLING_FULL

for sanitizer in address thread; do
  folder=$root/build/$sanitizer
  build "$folder" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DKINDLING_SANITIZE=$sanitizer -- unit_tests integration_tests
  gtest "unit-$sanitizer" "$folder/tests/unit_tests"
  # tests/support/tsan.supp says which libraries are not looked into, and why.
  export TSAN_OPTIONS="suppressions=$root/tests/support/tsan.supp" ASAN_OPTIONS=detect_leaks=0
  gtest "integration-$sanitizer" "$folder/tests/integration_tests"
  unset TSAN_OPTIONS ASAN_OPTIONS
done

folder=$root/build/fuzz
CXX=clang++ build "$folder" -DCMAKE_BUILD_TYPE=RelWithDebInfo -DKINDLING_FUZZ=ON -- fuzz_targets
for target in "$folder"/tests/fuzz/fuzz_*; do
  [ -x "$target" ] && [ -f "$target" ] || continue
  # What it finds on its way, and whole files to begin with where chance alone would not write one.
  corpora=("$work/corpus-${target##*_}")
  mkdir "${corpora[0]}"
  [ "${target##*_}" != camt ] || corpora+=("$root/tests/support/statements")
  check "$target" -max_total_time=60 -timeout=1 -artifact_prefix="$work/" -rss_limit_mb=512 -malloc_limit_mb=256 \
    -print_final_stats=0 -verbosity=0 "${corpora[@]}"
done
