/* What the machine can do: the work of `firewall-admin normalise`, by hand, on one processor.
 *
 *     cc -O3 floor.c -o floor && ./floor OUT FILE...
 *
 * Reads lists of mixed dialects, checks every name by its labels, makes it lower case, drops duplicates and names that
 * others cover, sorts the rest in label order, writes one a line. It is a floor, not a twin: it says nothing of what it
 * rejects, and knows no IDNA, no public suffixes, no exceptions and no encoding but ASCII.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef unsigned char byte;

/* A name is kept as its labels from the right, a space after each, so that the bytes compare in label order, a parent
 * is a prefix of what it covers, and 8 zero bytes always follow. `word` holds the 8 bytes compared last. */
typedef struct { uint64_t word; uint32_t at, size; } Name;
typedef struct { const byte *start, *end; } Span;

static byte *arena;
static size_t used, room;
static Name *names;
static size_t count, capacity;
static byte lower[256];
static enum { BAD, WORD, HYPHEN, DOT } kind[256];

static void *grown(void *old, size_t size) {
    void *new = realloc(old, size);
    if (!new) { perror("memory"); exit(1); }
    return new;
}

static void add(Span text) {
    size_t size = text.end - text.start;
    if (size && text.end[-1] == '.') { text.end--; size--; }
    if (size < 3 || size > 253) return;
    const byte *dots[128];
    int labels = 0;
    const byte *label = text.start;
    byte before = DOT;
    for (const byte *c = text.start; c < text.end; c++) {
        byte k = kind[*c];
        if (k == BAD || (k == HYPHEN && before == DOT) || (k == DOT && before != WORD)) return;
        if (k == DOT) { if (c - label > 63) return; dots[labels++] = c; label = c + 1; }
        before = k;
    }
    if (before != WORD || !labels || text.end - label > 63 || (*label >= '0' && *label <= '9')) return;
    if (used + 300 > room) arena = grown(arena, room = room * 2 + (1 << 20));
    if (count == capacity) names = grown(names, (capacity = capacity * 2 + (1 << 16)) * sizeof(Name));
    byte *out = arena + used, *first = out;
    for (const byte *end = text.end; ; end = dots[labels]) {
        for (const byte *c = labels ? dots[labels - 1] + 1 : text.start; c < end; c++) *out++ = lower[*c];
        *out++ = ' ';
        if (!labels--) break;
    }
    names[count++] = (Name){0, (uint32_t)(first - arena), (uint32_t)(out - first)};
    memset(out, 0, 8);
    used += out - first + 8;
}

static int blank(byte c) { return c == ' ' || c == '\t'; }

static int take(Span *line, const char *text) {
    size_t size = strlen(text);
    if ((size_t)(line->end - line->start) < size || memcmp(line->start, text, size)) return 0;
    line->start += size;
    return 1;
}

static Span word(Span *line) {
    while (line->start < line->end && blank(*line->start)) line->start++;
    Span found = {line->start, line->start};
    while (found.end < line->end && !blank(*found.end)) found.end++;
    line->start = found.end;
    return found;
}

static int is(Span span, const char *text) {
    size_t size = strlen(text);
    return (size_t)(span.end - span.start) == size && !memcmp(span.start, text, size);
}

static int nowhere(Span address) {
    return is(address, "0.0.0.0") || is(address, "127.0.0.1") || is(address, "::") || is(address, "::1");
}

static void between(Span line, char close) {
    const byte *end = memchr(line.start, close, line.end - line.start);
    if (end) add((Span){line.start, end});
}

static void bare(Span name) {
    if (!take(&name, "*.")) take(&name, ".");
    add(name);
}

static void words(Span line) {
    Span first = word(&line), second = word(&line);
    if (nowhere(first)) {
        for (; second.start < second.end && *second.start != '#'; second = word(&line)) add(second);
        return;
    }
    if (is(second, "IN")) second = word(&line);
    if (is(second, "CNAME")) { if (is(word(&line), ".")) bare(first); return; }
    if (second.start == second.end || *second.start == '#') bare(first);
}

static void read_line(Span line) {
    while (line.end > line.start && (blank(line.end[-1]) || line.end[-1] == '\r')) line.end--;
    while (line.start < line.end && blank(*line.start)) line.start++;
    if (line.start == line.end || *line.start == '#' || *line.start == '!' || *line.start == ';') return;
    if (take(&line, "||")) { if (line.end[-1] == '^') between(line, '^'); return; }
    if (*line.start == 'l' || *line.start == 's' || *line.start == 'a') {
        if (take(&line, "address=/") || take(&line, "server=/") || take(&line, "local=/")) { between(line, '/'); return; }
        if (take(&line, "local-zone:")) {
            const byte *quote = memchr(line.start, '"', line.end - line.start);
            if (quote) between((Span){quote + 1, line.end}, '"');
            return;
        }
    }
    words(line);
}

static void read_file(const char *path) {
    struct stat about;
    int file = open(path, O_RDONLY);
    if (file < 0 || fstat(file, &about)) { perror(path); exit(1); }
    if (about.st_size) {
        const byte *text = mmap(0, about.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
        if (text == MAP_FAILED) { perror(path); exit(1); }
        const byte *end = text + about.st_size;
        for (const byte *line = text; line < end; ) {
            const byte *stop = memchr(line, '\n', end - line);
            if (!stop) stop = end;
            read_line((Span){line, stop});
            line = stop + 1;
        }
        munmap((void *)text, about.st_size);
    }
    close(file);
}

static void load(Name *some, size_t n, uint32_t depth) {
    for (size_t i = 0; i < n; i++) {
        uint64_t word = 0;
        if (some[i].size > depth) memcpy(&word, arena + some[i].at + depth, 8);
        some[i].word = __builtin_bswap64(word);
    }
}

static void swap(Name *a, Name *b) { Name c = *a; *a = *b; *b = c; }

/* Quicksort by words of 8 bytes: what is equal in one is sorted by the next. */
static void sort(Name *some, size_t n, uint32_t depth) {
    while (n > 1) {
        uint64_t a = some[0].word, b = some[n / 2].word, c = some[n - 1].word;
        uint64_t pivot = a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
        size_t low = 0, high = n;
        for (size_t i = 0; i < high; ) {
            if (some[i].word < pivot) swap(some + i++, some + low++);
            else if (some[i].word > pivot) swap(some + i, some + --high);
            else i++;
        }
        sort(some, low, depth);
        if ((pivot & 255) && high - low > 1) { load(some + low, high - low, depth + 8); sort(some + low, high - low, depth + 8); }
        some += high;
        n -= high;
    }
}

static void write_names(const char *path) {
    FILE *out = fopen(path, "wb");
    if (!out) { perror(path); exit(1); }
    setvbuf(out, 0, _IOFBF, 1 << 20);
    const Name *last = 0;
    for (Name *name = names; name < names + count; name++) {
        const byte *key = arena + name->at;
        if (last && name->size >= last->size && !memcmp(key, arena + last->at, last->size)) continue;
        last = name;
        byte text[256], *to = text;
        for (const byte *end = key + name->size - 1; ; *to++ = '.') {
            const byte *start = end;
            while (start > key && start[-1] != ' ') start--;
            memcpy(to, start, end - start);
            to += end - start;
            if (start == key) break;
            end = start - 1;
        }
        *to++ = '\n';
        fwrite_unlocked(text, 1, to - text, out);
    }
    fflush(out);
    if (ferror(out) || fsync(fileno(out)) || fclose(out)) { perror(path); exit(1); }
}

int main(int argc, char **argv) {
    if (argc < 3) { fprintf(stderr, "usage: floor OUT FILE...\n"); return 2; }
    for (int c = 0; c < 256; c++) lower[c] = c >= 'A' && c <= 'Z' ? c + 32 : c;
    for (int c = 0; c < 128; c++)
        kind[c] = (lower[c] >= 'a' && lower[c] <= 'z') || (c >= '0' && c <= '9') || c == '_' ? WORD
                  : c == '-' ? HYPHEN : c == '.' ? DOT : BAD;
    for (int i = 2; i < argc; i++) read_file(argv[i]);
    load(names, count, 0);
    sort(names, count, 0);
    write_names(argv[1]);
    return 0;
}
