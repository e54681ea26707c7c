#include "cgnuplot.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <poll.h>
#include <spawn.h>
#include <string>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

// The header hides its own use of names that its includes no longer bring in.
#include <cassert>
#include <boost/shared_ptr.hpp>
#include <gnuplot-iostream.h>

extern char **environ;

namespace {

using Clock = std::chrono::steady_clock;

/// A file descriptor that is closed with its owner.
class Descriptor {
  public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor() { reset(); }
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    int get() const { return number_; }
    int release() { return std::exchange(number_, -1); }
    void reset(int number = -1) {
        if (number_ >= 0) close(number_);
        number_ = number;
    }

  private:
    int number_;
};

struct Pipe {
    Descriptor reader, writer;
    bool open() {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) return false;
        reader.reset(ends[0]);
        writer.reset(ends[1]);
        return true;
    }
};

bool is_executable(const std::string &path) {
    struct stat status;
    return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && access(path.c_str(), X_OK) == 0;
}

/// The absolute path of the program, or nothing. The folder we stand in is never searched, for data may lie in it.
std::string find_program(const char *program, const char *search_path) {
    const std::string name = program ? program : "";
    if (name.empty()) return "";
    if (name.find('/') != std::string::npos) {
        char *absolute = realpath(name.c_str(), nullptr);
        const std::string path = absolute ? absolute : "";
        std::free(absolute);
        return is_executable(path) ? path : "";
    }
    if (!search_path) search_path = std::getenv("PATH");
    const std::string folders = search_path ? search_path : "/usr/local/bin:/usr/bin:/bin";
    for (size_t start = 0; start <= folders.size();) {
        const size_t end = std::min(folders.find(':', start), folders.size());
        const std::string folder = folders.substr(start, end - start);
        start = end + 1;
        if (folder.empty() || folder[0] != '/') continue;
        if (is_executable(folder + "/" + name)) return folder + "/" + name;
    }
    return "";
}

/// Our environment without what would change how gnuplot draws or speaks.
std::vector<std::string> quiet_environment() {
    std::vector<std::string> kept;
    for (char **entry = environ; entry && *entry; ++entry) {
        const std::string text = *entry;
        const bool steers = text.rfind("GNUPLOT", 0) == 0 || text.rfind("GNUTERM", 0) == 0 || text.rfind("LC_", 0) == 0
            || text.rfind("LANG", 0) == 0 || text.rfind("GDFONTPATH", 0) == 0 || text.rfind("FIT_", 0) == 0;
        if (!steers) kept.push_back(text);
    }
    kept.push_back("LC_ALL=C.UTF-8");
    return kept;
}

/// Starts the program in a process group of its own, with the three pipes as its standard streams and nothing else open.
int start(const std::string &path, const Pipe &in, const Pipe &out, const Pipe &err, pid_t &child) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    if (int failed = posix_spawn_file_actions_init(&actions)) return failed;
    if (int failed = posix_spawnattr_init(&attributes)) {
        posix_spawn_file_actions_destroy(&actions);
        return failed;
    }
    sigset_t nothing, everything;
    sigemptyset(&nothing);
    sigfillset(&everything);
    posix_spawnattr_setsigmask(&attributes, &nothing);
    posix_spawnattr_setsigdefault(&attributes, &everything);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

    int failed = posix_spawn_file_actions_adddup2(&actions, in.reader.get(), 0);
    if (!failed) failed = posix_spawn_file_actions_adddup2(&actions, out.writer.get(), 1);
    if (!failed) failed = posix_spawn_file_actions_adddup2(&actions, err.writer.get(), 2);
    if (!failed) failed = posix_spawn_file_actions_addclosefrom_np(&actions, 3);

    std::vector<std::string> environment = quiet_environment();
    std::vector<char *> variables;
    for (std::string &entry : environment) variables.push_back(entry.data());
    variables.push_back(nullptr);
    // --default-settings: neither gnuplotrc nor ~/.gnuplot may change a chart.
    std::string name = path, settings = "--default-settings";
    char *arguments[] = {name.data(), settings.data(), nullptr};
    if (!failed) failed = posix_spawn(&child, path.c_str(), &actions, &attributes, arguments, variables.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/// Writes the script through gnuplot-iostream; a gnuplot that ended early is not an error here, its status tells more.
void feed(int descriptor, const char *script, size_t count) noexcept {
    // A write to a gnuplot that has ended raises SIGPIPE in the writing thread: blocked here, it stays pending and ends with the thread.
    sigset_t pipe_signal;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, nullptr);
    FILE *file = fdopen(descriptor, "w");
    if (!file) {
        close(descriptor);
        return;
    }
    bool handed_over = false;
    try {
        gnuplotio::Gnuplot gnuplot(file);  // closes the file when it goes
        handed_over = true;
        gnuplot.write(script, static_cast<std::streamsize>(count));
        gnuplot.flush();
    } catch (...) {
        // The stream broke because gnuplot is gone, or there is no memory for it: gnuplot then meets the end of its script.
        if (!handed_over) std::fclose(file);
    }
}

bool append(std::string &text, int descriptor, bool &open) {
    char buffer[1 << 16];
    const ssize_t count = read(descriptor, buffer, sizeof buffer);
    if (count < 0) return errno == EINTR || errno == EAGAIN;
    if (count == 0) open = false;
    text.append(buffer, static_cast<size_t>(count));
    return true;
}

struct Ended {
    cgnuplot_outcome outcome = CGNUPLOT_DREW;
    int detail = 0;
    std::string output, message;
};

/// Reads both streams until the child has closed them, or until it must be ended.
void listen(const Pipe &out, const Pipe &err, const cgnuplot_limits &limits, Ended &ended) {
    const size_t message_limit = 64 * 1024;
    const auto deadline = Clock::now() + std::chrono::milliseconds(limits.milliseconds);
    bool out_open = true, err_open = true;
    while (out_open || err_open) {
        if (limits.stop && limits.stop(limits.stop_context)) {
            ended.outcome = CGNUPLOT_STOPPED;
            return;
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (left <= 0) {
            ended.outcome = CGNUPLOT_TOO_SLOW;
            return;
        }
        pollfd waiting[2] = {{out_open ? out.reader.get() : -1, POLLIN, 0}, {err_open ? err.reader.get() : -1, POLLIN, 0}};
        const int ready = poll(waiting, 2, static_cast<int>(std::min<long long>(left, limits.stop ? 20 : 1000)));
        if (ready < 0 && errno != EINTR) {
            ended.outcome = CGNUPLOT_INTERNAL;
            ended.detail = errno;
            return;
        }
        if (ready <= 0) continue;
        bool fine = true;
        if (waiting[0].revents) fine = append(ended.output, out.reader.get(), out_open);
        if (fine && waiting[1].revents) fine = append(ended.message, err.reader.get(), err_open);
        if (!fine) {
            ended.outcome = CGNUPLOT_INTERNAL;
            ended.detail = errno;
            return;
        }
        if (ended.message.size() > message_limit) ended.message.resize(message_limit);
        if (ended.output.size() > limits.output_limit) {
            ended.outcome = CGNUPLOT_TOO_LARGE;
            return;
        }
    }
}

/// Waits for a child that has closed its streams, up to the time limit; whatever is left of its group is ended.
void reap(pid_t child, const cgnuplot_limits &limits, Ended &ended) {
    int status = 0;
    const auto deadline = Clock::now() + std::chrono::milliseconds(limits.milliseconds);
    bool killed = ended.outcome != CGNUPLOT_DREW;
    if (killed) kill(-child, SIGKILL);
    while (true) {
        const pid_t reaped = waitpid(child, &status, killed ? 0 : WNOHANG);
        if (reaped == child) break;
        if (reaped < 0 && errno != EINTR) {
            // Somebody ignores SIGCHLD for this process: the status is lost, the output alone tells.
            status = ended.output.empty() ? 0x100 : 0;
            break;
        }
        if (reaped == 0) {
            if (Clock::now() > deadline) {
                ended.outcome = CGNUPLOT_TOO_SLOW;
                kill(-child, SIGKILL);
                killed = true;
            } else {
                std::this_thread::sleep_for(std::chrono::microseconds(200));
            }
        }
    }
    if (ended.outcome != CGNUPLOT_DREW) return;
    if (WIFSIGNALED(status)) {
        ended.outcome = CGNUPLOT_FAILED;
        ended.detail = -WTERMSIG(status);
    } else if (WEXITSTATUS(status) != 0) {
        ended.outcome = CGNUPLOT_FAILED;
        ended.detail = WEXITSTATUS(status);
    }
}

Ended run(const char *script, size_t count, const cgnuplot_limits &limits) {
    Ended ended;
    const std::string path = find_program(limits.program, limits.search_path);
    if (path.empty()) {
        ended.outcome = CGNUPLOT_MISSING;
        return ended;
    }
    Pipe in, out, err;
    if (!in.open() || !out.open() || !err.open()) {
        ended.outcome = CGNUPLOT_INTERNAL;
        ended.detail = errno;
        return ended;
    }
    pid_t child = 0;
    if (int failed = start(path, in, out, err, child)) {
        ended.outcome = failed == ENOENT ? CGNUPLOT_MISSING : CGNUPLOT_NOT_STARTED;
        ended.detail = failed;
        return ended;
    }
    in.reader.reset();
    out.writer.reset();
    err.writer.reset();
    // Script and drawing flow at once: one thread for both would wait for ever once both pipes are full.
    std::thread writer;
    try {
        writer = std::thread(feed, in.writer.get(), script, count);
        in.writer.release();
        listen(out, err, limits, ended);
    } catch (...) {
        kill(-child, SIGKILL);
        waitpid(child, nullptr, 0);
        if (writer.joinable()) writer.join();
        throw;
    }
    // A stopped run is ended before the writer is awaited, which may be waiting for it to read.
    reap(child, limits, ended);
    in.reader.reset();
    writer.join();
    return ended;
}

/// Hands a text to C.
bool hand_over(const std::string &text, unsigned char *&bytes, size_t &count) {
    bytes = nullptr;
    count = 0;
    if (text.empty()) return true;
    bytes = static_cast<unsigned char *>(std::malloc(text.size()));
    if (!bytes) return false;
    std::memcpy(bytes, text.data(), text.size());
    count = text.size();
    return true;
}

} // namespace

extern "C" cgnuplot_result cgnuplot_run(const char *script, size_t count, cgnuplot_limits limits) {
    cgnuplot_result result = {};
    try {
        const Ended ended = run(script, count, limits);
        result.outcome = ended.outcome;
        result.detail = ended.detail;
        if (!hand_over(ended.output, result.output, result.output_count)
            || !hand_over(ended.message, result.message, result.message_count)) {
            cgnuplot_release(&result);
            result.outcome = CGNUPLOT_NO_MEMORY;
        }
    } catch (const std::bad_alloc &) {
        result.outcome = CGNUPLOT_NO_MEMORY;
    } catch (...) {
        result.outcome = CGNUPLOT_INTERNAL;
        result.detail = EAGAIN;
    }
    return result;
}

extern "C" void cgnuplot_release(cgnuplot_result *result) {
    std::free(result->output);
    std::free(result->message);
    result->output = result->message = nullptr;
    result->output_count = result->message_count = 0;
}

extern "C" int cgnuplot_can_start(const char *program, const char *search_path) {
    try {
        return find_program(program, search_path).empty() ? 0 : 1;
    } catch (...) {
        return 0;
    }
}
