#pragma once
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <readline/readline.h>
#include <readline/history.h>

// Swift 6 refuses the global variables of C, so each that the prompt needs stands behind a function. All are for the thread that reads the line.

/// Readline as the prompt wants it: completion by `complete` alone, names of files untouched, nothing appended unless it is asked for.
static inline void cnb_rl_configure(rl_completion_func_t *complete) {
    rl_readline_name = "cnb";
    rl_attempted_completion_function = complete;
    rl_completer_word_break_characters = (char *)" \t\n|;=,()[]{}";
    rl_completer_quote_characters = NULL;
    rl_completion_query_items = 200;
    rl_catch_signals = 1;
    rl_catch_sigwinch = 1;
}

static inline const char *cnb_rl_line(void) { return rl_line_buffer; }
static inline int cnb_rl_length(void) { return rl_end; }
static inline int cnb_rl_point(void) { return rl_point; }

/// Says that no other completion is to be tried, and what follows a single match: a character, or 0 for nothing.
static inline void cnb_rl_completion_result(int append) {
    rl_attempted_completion_over = 1;
    rl_completion_append_character = append;
    rl_completion_suppress_append = append == 0;
}

/// Whether the last key that was pressed ran `function`.
static inline int cnb_rl_follows(rl_command_func_t *function) { return rl_last_func == function; }

/// Whether Tab completes, and has not been given another meaning by the person's `.inputrc`.
static inline int cnb_rl_tab_completes(void) { return rl_function_of_keyseq("\t", NULL, NULL) == rl_complete; }

/// Completes as Tab does, without listing candidates.
static inline void cnb_rl_complete(int key) {
    rl_completion_invoking_key = key;
    rl_complete_internal(TAB);
}

/// Writes lines below what is being typed, and that again below them, the cursor where it was.
static inline void cnb_rl_show_below(const char *lines) {
    int point = rl_point;
    rl_point = rl_end;
    rl_redisplay();
    rl_crlf();
    FILE *out = rl_outstream ? rl_outstream : stdout;
    fputs(lines, out);
    fflush(out);
    rl_point = point;
    rl_forced_update_display();
}

/// Replaces the text from `start` to `end` by `text` and leaves the cursor behind it, as one step of undo.
static inline void cnb_rl_replace(int start, int end, const char *text) {
    rl_begin_undo_group();
    rl_delete_text(start, end);
    rl_point = start;
    rl_insert_text(text);
    rl_end_undo_group();
    rl_deactivate_mark();
}

static inline void cnb_rl_write(const char *text) {
    FILE *out = rl_outstream ? rl_outstream : stdout;
    fputs(text, out);
    fflush(out);
}
