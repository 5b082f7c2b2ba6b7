package dev.atelier.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One network's tensors in several files, as {@code *.index.json} lists them. */
final class ShardedWeights implements WeightSource {
  private final List<WeightSource> shards;
  private final Map<String, WeightSource> byName = new LinkedHashMap<>();

  private ShardedWeights(List<WeightSource> shards) {
    this.shards = shards;
    for (WeightSource shard : shards) {
      for (String name : shard.names()) {
        if (byName.put(name, shard) != null) {
          throw new WeightsException(
              shard.file(),
              "its tensor " + SafetensorsHeader.quote(name) + " is in another part, too.");
        }
      }
    }
  }

  /**
   * The tensors of all files; of one file, that file.
   *
   * @param files at least one
   * @throws WeightsException when one cannot be used, or two of them have a tensor of one name
   */
  static WeightSource open(List<Path> files) {
    List<WeightSource> shards = new ArrayList<>();
    try {
      for (Path file : files) {
        shards.add(WeightSource.open(file));
      }
      return shards.size() == 1 ? shards.get(0) : new ShardedWeights(shards);
    } catch (WeightsException e) {
      shards.forEach(WeightSource::close);
      throw e;
    }
  }

  @Override
  public Path file() {
    return shards.get(0).file();
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(byName.keySet());
  }

  @Override
  public TensorInfo info(String name) {
    return shard(name).info(name);
  }

  @Override
  public NDArray read(NDManager manager, String name, DataType want) {
    return shard(name).read(manager, name, want);
  }

  @Override
  public void copy(String name, WritableByteChannel to) throws IOException {
    shard(name).copy(name, to);
  }

  private WeightSource shard(String name) {
    WeightSource shard = byName.get(name);
    if (shard == null) {
      throw WeightsException.noTensor(file(), name);
    }
    return shard;
  }

  @Override
  public void close() {
    shards.forEach(WeightSource::close);
  }
}
