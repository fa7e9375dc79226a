#pragma once

namespace portreeve::cli {

/// What the process must be before it reads anything (design §5.1): descriptors 0–2 open, as many
/// descriptors as allowed, SIGPIPE ignored, umask 077, the C locale, no core dumps, and nothing
/// that the environment would make a library do. Call once, first, while there is one thread.
void prepare_process() noexcept;

}  // namespace portreeve::cli
