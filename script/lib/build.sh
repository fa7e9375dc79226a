# shellcheck shell=bash
# Building and testing one preset. REQUIRES: ROOT.

# ThreadSanitizer of GCC 12 does not know the address space layouts of newer kernels; its programs
# run without randomisation where that is allowed.
preset_wrapper() {  # PRESET -> array WRAPPER
  WRAPPER=()
  if [[ $1 == tsan ]] && setarch "$(uname -m)" -R true 2>/dev/null; then
    WRAPPER=(setarch "$(uname -m)" -R)
  fi
}

# Configured from scratch each time it is cheap to: CMake itself sees what changed.
build_preset() {  # PRESET [TARGET...]
  local preset=$1
  shift
  preset_wrapper "$preset"
  (cd "$ROOT" && cmake --preset "$preset" >/dev/null &&
    "${WRAPPER[@]}" cmake --build --preset "$preset" ${1:+--target "$@"})
}

test_preset() {  # PRESET [CTEST ARGUMENT...]
  local preset=$1
  shift
  preset_wrapper "$preset"
  "${WRAPPER[@]}" ctest --test-dir "$ROOT/build/$preset" --output-on-failure -j "$(nproc)" "$@"
}
