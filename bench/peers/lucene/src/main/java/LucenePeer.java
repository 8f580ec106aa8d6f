import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.Version;

/**
 * Lucene as a peer: analysed documents and queries, a line each, terms between blanks. Answers a command a line with one
 * line of JSON. Arguments: the documents, the queries, an empty folder for the index.
 */
public final class LucenePeer {
  private static final String FIELD = "text";
  private static final FieldType FREQUENCIES = new FieldType();

  static {
    FREQUENCIES.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    FREQUENCIES.setTokenized(true);
    FREQUENCIES.freeze();
  }

  public static void main(String[] args) throws IOException {
    Path documents = Path.of(args[0]);
    Path folder = Path.of(args[2]);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    IndexSearcher.setMaxClauseCount(1 << 16);
    double built = index(documents, folder.resolve("first"));
    try (var directory = new MMapDirectory(folder.resolve("first"));
        var reader = DirectoryReader.open(directory)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      searcher.setSimilarity(new BM25Similarity(1.2f, 0.75f));
      searcher.setQueryCache(null);
      List<Query> queries = read(Path.of(args[1]));
      out.printf(
          Locale.ROOT,
          "{\"version\": \"%s\", \"postingBytes\": %d, \"built\": %f}%n",
          Version.LATEST, bytesOf(folder.resolve("first"), ".doc"), built);
      int builds = 0;
      BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        String[] words = line.trim().split(" ");
        if (words[0].equals("index")) out.println(index(documents, folder.resolve("again" + builds++)));
        else if (words[0].equals("top")) out.println(top(searcher, queries, Integer.parseInt(words[1])));
        else out.println(search(searcher, queries, Integer.parseInt(words[1])));
      }
    }
  }

  /** Milliseconds to index and merge into one segment. */
  private static double index(Path documents, Path folder) throws IOException {
    long start = System.nanoTime();
    IndexWriterConfig config = new IndexWriterConfig(new WhitespaceAnalyzer(1 << 20));
    config.setSimilarity(new BM25Similarity(1.2f, 0.75f));
    config.setRAMBufferSizeMB(1024);
    config.setUseCompoundFile(false);
    try (var directory = new MMapDirectory(folder);
        var writer = new IndexWriter(directory, config);
        BufferedReader lines = Files.newBufferedReader(documents)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Document document = new Document();
        document.add(new Field(FIELD, line, FREQUENCIES));
        writer.addDocument(document);
      }
      writer.forceMerge(1);
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private static List<Query> read(Path file) throws IOException {
    List<Query> queries = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      Map<String, Integer> counts = new LinkedHashMap<>();
      for (String term : line.split(" ")) if (!term.isEmpty()) counts.merge(term, 1, Integer::sum);
      BooleanQuery.Builder builder = new BooleanQuery.Builder();
      counts.forEach((term, count) -> {
        Query query = new TermQuery(new Term(FIELD, term));
        builder.add(count == 1 ? query : new BoostQuery(query, count), BooleanClause.Occur.SHOULD);
      });
      queries.add(builder.build());
    }
    return queries;
  }

  /** Milliseconds for all queries; hits beyond the first k are not counted, so that Lucene may pass over them. */
  private static double search(IndexSearcher searcher, List<Query> queries, int k) throws IOException {
    long start = System.nanoTime();
    for (Query query : queries) searcher.search(query, new TopScoreDocCollectorManager(k, null, k));
    return (System.nanoTime() - start) / 1e6;
  }

  /** For each query the ordinals and scores of its best documents. */
  private static String top(IndexSearcher searcher, List<Query> queries, int k) throws IOException {
    StringBuilder json = new StringBuilder("[");
    for (Query query : queries) {
      if (json.length() > 1) json.append(',');
      json.append('[');
      boolean first = true;
      for (ScoreDoc hit : searcher.search(query, new TopScoreDocCollectorManager(k, null, k)).scoreDocs) {
        if (!first) json.append(',');
        first = false;
        json.append('[').append(hit.doc).append(',').append(Float.toString(hit.score)).append(']');
      }
      json.append(']');
    }
    return json.append(']').toString();
  }

  private static long bytesOf(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(suffix)).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
